import { describe, expect, test } from "vitest";
import { withoutChromium } from "./chromium.ts";
import { openDemo } from "./demo-page.ts";

const REASON = "Toll fraud to Latvia, nobody here calls Latvia";
const TIMEOUT_MS = 180_000;

describe.skipIf(withoutChromium)("one incident on both platforms, in Chromium", { timeout: TIMEOUT_MS }, () => {
  test("the whole story in Teams: Ann asks and may not approve, nor may Cem; Ben approves", async (context) => {
    const { page, teams, dialog, actAs } = await openDemo(context);
    const { card, replies } = teams;
    await card.getByText("Confirmed").waitFor();
    await card.getByRole("button", { name: "Acknowledge" }).click();
    await card.getByText("Ann Ito, since").waitFor();

    await card.getByRole("button", { name: "Suspend subaccount" }).click();
    await dialog.getByText("What will not happen").waitFor();
    await dialog.getByRole("textbox", { name: "Reason" }).fill(REASON);
    await dialog.getByRole("button", { name: "Ask for approval" }).click();
    await dialog.waitFor({ state: "detached" });

    await card.getByText("Waits for approval").waitFor();
    await card.getByRole("link", { name: "Open the request" }).click();
    const request = replies.locator("[data-post]").filter({ hasText: "Approval needed" });
    await request.getByText(REASON).waitFor();
    await request.getByText("@Ben Okafor").waitFor();
    const approve = request.getByRole("button", { name: "Approve", exact: true });
    await approve.click();
    const toAnn = request.getByText("You made this request, so somebody else must approve it. Ben Okafor can.");
    await toAnn.waitFor();

    await actAs("Cem Demir");
    await toAnn.waitFor({ state: "detached" });
    await approve.click();
    await request.getByText("You are not on Tollgate's roster").waitFor();

    await actAs("Ben Okafor");
    await approve.click();
    const settled = replies.locator("[data-post]").filter({ hasText: "Approved · Suspend the subaccount" });
    await settled.getByText("Subaccount suspended").waitFor();
    expect(await settled.getByRole("button").count()).toBe(0);
    await page.getByRole("button", { name: "Close replies" }).click();
    await card.getByText("Subaccount suspended by Ann Ito, approved by Ben Okafor").waitFor();
    await page.getByRole("region", { name: "Acme Voice EU on Twilio" }).getByText("suspended").waitFor();
  });

  test("asked for on Slack, approved in Teams: both cards and both threads say so", async (context) => {
    const { card, thread, teams, dialog, actAs, page } = await openDemo(context);
    await card.getByRole("button", { name: "Acknowledge" }).click();
    await card.getByText("Ann Ito, since").waitFor();
    await teams.card.getByText("Ann Ito, since").waitFor();
    await card.getByRole("button", { name: "Suspend subaccount" }).click();
    await dialog.getByRole("textbox", { name: "Reason" }).fill(REASON);
    await dialog.getByRole("button", { name: "Ask for approval" }).click();
    await dialog.waitFor({ state: "detached" });
    await card.getByRole("link", { name: "Open the request" }).click();
    await thread.getByText("Approval needed").waitFor();

    await actAs("Ben Okafor");
    await teams.card.getByRole("link", { name: "Open the request" }).click();
    await teams.replies.getByRole("button", { name: "Approve", exact: true }).click();
    await teams.replies.getByText("Approved · Suspend the subaccount").waitFor();
    await thread.getByText("Approved · Suspend the subaccount").waitFor();
    expect(await thread.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Close replies" }).click();
    await page.getByRole("button", { name: "Close thread" }).click();
    const outcome = "Subaccount suspended by Ann Ito, approved by Ben Okafor";
    await card.getByText(outcome).waitFor();
    await teams.card.getByText(outcome).waitFor();
  });
});
