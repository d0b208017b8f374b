import { describe, expect, test, vi } from "vitest";
import { withoutChromium } from "./chromium.ts";
import { isWhollyVisible, openDemo, tabTo } from "./demo-page.ts";

const REASON = "Toll fraud to Latvia, nobody here calls Latvia";
const ANCHOR = /#(\d+) [0-9a-f]{12}$/;

/** Each plays a demo from its start, beside other tests. */
const TIMEOUT_MS = 180_000;

describe.skipIf(withoutChromium)("the demo's page in Chromium", { timeout: TIMEOUT_MS }, () => {
  test("Ann asks and may not approve, nor may Cem; Ben approves, and card and audit say all of it", async (context) => {
    const { page, card, channel, thread, dialog, actAs, openChannel, texts } = await openDemo(context);
    await card.getByText("Confirmed").waitFor();
    await card.getByText("This needs one of you now.").waitFor();

    await card.getByRole("button", { name: "Acknowledge" }).click();
    await card.getByText("Ann Ito, since").waitFor();

    await card.getByRole("button", { name: "Suspend subaccount" }).click();
    await dialog.getByText("Acme Voice EU").waitFor();
    const submit = dialog.getByRole("button", { name: "Ask for approval" });
    await submit.waitFor();
    const preview = await dialog.textContent();
    for (const words of ["What will happen", "What will not happen", "Live calls", "Spend today", "It can be undone"])
      expect(preview).toContain(words);
    await submit.click();
    await dialog.getByRole("alert").waitFor();
    expect(await dialog.getByRole("textbox", { name: "Reason" }).getAttribute("aria-invalid")).toBe("true");
    await dialog.getByRole("textbox", { name: "Reason" }).fill(REASON);
    await submit.click();
    await dialog.waitFor({ state: "detached" });

    await card.getByText("Waits for approval").waitFor();
    await card.getByRole("link", { name: "Open the request" }).click();
    const request = thread.locator("[data-ts]").filter({ hasText: "Approval needed" });
    await request.getByText(REASON).waitFor();
    await request.getByText("@Ben Okafor").waitFor();
    const approve = request.getByRole("button", { name: "Approve", exact: true });

    await approve.click();
    const toAnn = thread.getByText("You made this request, so somebody else must approve it. Ben Okafor can.");
    await toAnn.waitFor();
    await thread.getByText("Only visible to you").waitFor();

    await actAs("Cem Demir");
    await toAnn.waitFor({ state: "detached" });
    await approve.click();
    await thread.getByText("You are not on Tollgate's roster").waitFor();

    await actAs("Ben Okafor");
    await thread.getByText("Only visible to you").waitFor({ state: "detached" });
    await approve.click();
    await card
      .getByText("Subaccount suspended by Ann Ito, approved by Ben Okafor. Verified: Twilio reports status suspended")
      .waitFor();
    await card.getByRole("button", { name: "Undo: Reactivate subaccount" }).waitFor();
    const settled = thread.locator("[data-ts]").filter({ hasText: "Approved · Suspend the subaccount" });
    await settled.getByText("Subaccount suspended").waitFor();
    expect(await settled.getByRole("button").count()).toBe(0);
    await thread.locator("[data-ts]").filter({ hasText: "@Ann Ito" }).getByText("Subaccount suspended").waitFor();
    await page.getByRole("region", { name: "Acme Voice EU on Twilio" }).getByText("suspended").waitFor();

    await openChannel("twilio-audit");
    await channel.getByText("as contained by run").waitFor();
    const lines = (await texts()).flatMap((text) => text.split("\n").filter((line) => ANCHOR.test(line)));
    const numbers = lines.map((line) => Number(ANCHOR.exec(line)?.[1]));
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
    const said = lines.join("\n");
    for (const words of [
      'Ann Ito (Slack) requested "Suspend the subaccount"',
      `reason "${REASON}"`,
      "nobody approves their own request",
      "not on the roster",
      "Ben Okafor (Slack) approved request",
      "checked: Twilio reports status suspended",
    ])
      expect(said).toContain(words);
  });

  test("without a mouse: acknowledge, look into a dialog and leave it, and use the menu", async (context) => {
    const { page, card, dialog } = await openDemo(context);
    const acknowledge = card.getByRole("button", { name: "Acknowledge" });
    await acknowledge.waitFor();
    await tabTo(page, acknowledge);
    await page.keyboard.press("Enter");
    await card.getByText("Ann Ito, since").waitFor();

    await tabTo(page, card.getByRole("button", { name: "Disable geo regions" }));
    await page.keyboard.press("Enter");
    const filter = dialog.getByRole("searchbox");
    await filter.waitFor();
    expect(await dialog.getByRole("checkbox", { checked: true }).count()).toBe(1);
    await tabTo(page, filter);
    await page.keyboard.type("aland");
    await dialog.getByRole("checkbox", { name: "Latvia" }).waitFor({ state: "detached" });
    expect(await dialog.getByRole("checkbox").count()).toBe(1);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await dialog.getByText("2 of 100 chosen").waitFor();
    expect(await dialog.getByRole("alert").count(), "Enter in the filter does not send").toBe(0);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    const opener = card.getByRole("button", { name: "More actions" });
    await tabTo(page, opener);
    await page.keyboard.press("Enter");
    const menu = page.getByRole("menu");
    await menu.waitFor();
    expect(
      await menu
        .getByRole("menuitem")
        .first()
        .evaluate((item) => item === document.activeElement),
    ).toBe(true);
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test("fits a phone and a desk, in light and in dark", async (context) => {
    const { page, card } = await openDemo(context);
    await card.getByRole("button", { name: "Suspend subaccount" }).waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const size of [
        { width: 390, height: 700 },
        { width: 1280, height: 640 },
      ]) {
        await page.setViewportSize(size);
        const what = `${colorScheme}, ${size.width} wide`;
        const room = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
        expect(room[0], what).toBe(room[1]);
        // The card is edited meanwhile: a button may be another one by the time that it is looked at.
        await vi.waitFor(
          async () => {
            for (const button of await card.getByRole("button").all()) {
              await button.scrollIntoViewIfNeeded({ timeout: 2_000 });
              expect(await isWhollyVisible(button), `${await button.textContent()}: ${what}`).toBe(true);
            }
          },
          { timeout: 20_000 },
        );
        // Cut at no edge, wherever the button has come to stand.
        await card.getByRole("button", { name: "More actions" }).click();
        expect(await isWhollyVisible(page.getByRole("menu")), `the menu: ${what}`).toBe(true);
        await page.keyboard.press("Escape");
      }
    }
  });

  test("a question typed in the composer is answered to the asker alone, a wrong word with help, and Home is each one's own", async (context) => {
    const { page, channel, actAs, openChannel } = await openDemo(context);
    const composer = page.getByRole("textbox", { name: "Message #twilio-incidents" });
    await composer.fill("/twilio-u");
    await page.keyboard.press("Tab");
    await page.keyboard.type("today");
    await page.keyboard.press("Enter");
    const answer = channel.locator("[data-ts]").filter({ hasText: "Twilio usage today" });
    await answer.getByText("Only visible to you").waitFor();
    expect(await answer.textContent()).toMatch(/Spent today so far\s*[\d,.]+ USD/);

    await composer.fill("/twilio-usage tody");
    await page.keyboard.press("Enter");
    await channel.getByText("“tody” is not a period. Did you mean today?").waitFor();

    await actAs("Ben Okafor");
    await answer.waitFor({ state: "detached" });

    await openChannel("Tollgate Home");
    const home = page.getByRole("region", { name: "App Home" });
    await home.getByText("On call:").waitFor();
    await actAs("Cem Demir");
    await home.getByText("On call:").waitFor({ state: "detached" });
  });
});
