import { describe, expect, test } from "vitest";
import { ACME_TEAMS } from "../../src/sandbox/teams/seed.ts";
import { card, cardActivity, words } from "../sandbox/teams/tiny-bot.ts";
import { withoutChromium } from "./chromium.ts";
import { isWhollyVisible, tabTo } from "./demo-page.ts";
import { openTeamsPage } from "./teams-page.ts";

const { incidentChannel, ben } = ACME_TEAMS;
const CARD = "application/vnd.microsoft.card.adaptive";
const ACKNOWLEDGE = { type: "Action.Execute", title: "Acknowledge", verb: "press", data: { id: 7 } };
const RESOLVE = { type: "Action.Submit", title: "Resolve", data: { id: 7, msteams: { type: "task/fetch" } } };
const MORE = {
  type: "Action.ShowCard",
  title: "More",
  card: { type: "AdaptiveCard", body: [words("Behind it")] },
};
const REASON = { type: "Input.Text", id: "reason", label: "Reason", isRequired: true, errorMessage: "Say why." };
const CAUSE = {
  type: "Input.ChoiceSet",
  id: "cause",
  label: "Cause",
  choices: [
    { title: "Fraud", value: "fraud" },
    { title: "False positive", value: "false-positive" },
  ],
};
const SEND = { type: "Action.Submit", title: "Send", data: { form: "resolve" } };

const told = (text: string) => ({
  status: 200,
  body: { statusCode: 200, type: "application/vnd.microsoft.activity.message", value: text },
});
const shown = (content: object) => ({ status: 200, body: { statusCode: 200, type: CARD, value: content } });
const asDialog = (content: object) => ({
  status: 200,
  body: { task: { type: "continue", value: { title: "Resolve", card: { contentType: CARD, content } } } },
});

const TIMEOUT_MS = 120_000;

describe.skipIf(withoutChromium)("Teams on the page, in Chromium", { timeout: TIMEOUT_MS }, () => {
  test("what is pressed reaches the bot, and its answer is the presser's alone", async (context) => {
    const { bot, posts, actAs } = await openTeamsPage(context);
    const id = await bot.postCard(incidentChannel, card([words("**131** calls <b>x</b>")], [ACKNOWLEDGE]));
    await posts.getByText("131 calls <b>x</b>").waitFor();
    bot.answer = () => told("You are not on the roster.");
    await posts.getByRole("button", { name: "Acknowledge" }).click();
    await posts.getByText("You are not on the roster.").waitFor();
    await actAs("Ben Okafor");
    await posts.getByText("You are not on the roster.").waitFor({ state: "detached" });

    bot.answer = () => shown(card([words("Yours, Ben")]));
    await posts.getByRole("button", { name: "Acknowledge" }).click();
    await posts.getByText("Yours, Ben").waitFor();
    await actAs("Ann Ito");
    await posts.getByText("131 calls").waitFor();

    const path = `v3/conversations/${encodeURIComponent(incidentChannel)}/activities/${id}`;
    await bot.ask("PUT", path, cardActivity(card([words("Settled")])));
    await posts.getByText("Settled").waitFor();
    expect(await posts.getByRole("button", { name: "Acknowledge" }).count()).toBe(0);
  });

  test("a card that names a viewer is refreshed for them, when they look at it", async (context) => {
    const { bot, posts, actAs } = await openTeamsPage(context);
    const member = await bot.ask("GET", `v3/conversations/${encodeURIComponent(incidentChannel)}/members/${ben}`);
    const refresh = { action: { type: "Action.Execute", verb: "refresh" }, userIds: [member.body["id"]] };
    bot.answer = () => shown(card([words("Approve it, Ben")]));
    await bot.postCard(incidentChannel, card([words("Ben is asked")], [], { refresh }));
    await posts.getByText("Ben is asked").waitFor();
    expect(bot.heard).toEqual([]);
    await actAs("Ben Okafor");
    await posts.getByText("Approve it, Ben").waitFor();
    expect(bot.heard).toHaveLength(1);
  });

  test("a dialog without a mouse: opened, corrected, left with Escape, and sent", async (context) => {
    const { bot, page, posts, dialog } = await openTeamsPage(context);
    await bot.postCard(incidentChannel, card([words("open")], [RESOLVE]));
    const resolve = posts.getByRole("button", { name: "Resolve" });
    bot.answer = () => asDialog(card([REASON, CAUSE], [SEND]));
    await resolve.waitFor();
    await tabTo(page, resolve);
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });

    await resolve.click();
    const reason = dialog.getByRole("textbox", { name: "Reason" });
    await reason.waitFor();
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.getByText("Say why.").waitFor();
    expect(bot.heard.map(({ activity }) => activity["name"])).toEqual(["task/fetch", "task/fetch"]);
    await tabTo(page, reason);
    await page.keyboard.type("Toll fraud");
    bot.answer = () => asDialog(card([words("That cause is not possible."), REASON, CAUSE], [SEND]));
    await tabTo(page, dialog.getByRole("button", { name: "Send" }));
    await page.keyboard.press("Enter");
    await dialog.getByText("That cause is not possible.").waitFor();
    expect(await reason.inputValue(), "what was typed stays").toBe("Toll fraud");
    bot.answer = () => ({ status: 200 });
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(bot.heard.at(-1)?.activity).toMatchObject({
      name: "task/submit",
      value: { data: { form: "resolve", reason: "Toll fraud" } },
    });
  });

  test("an edit keeps what is open, and the focus", async (context) => {
    const { bot, page, posts } = await openTeamsPage(context);
    const id = await bot.postCard(incidentChannel, card([words("one")], [ACKNOWLEDGE, MORE]));
    const more = posts.getByRole("button", { name: "More" });
    await more.click();
    await posts.getByText("Behind it").waitFor();
    const path = `v3/conversations/${encodeURIComponent(incidentChannel)}/activities/${id}`;
    await bot.ask("PUT", path, cardActivity(card([words("two")], [ACKNOWLEDGE, MORE])));
    await posts.getByText("two").waitFor();
    expect(await posts.getByText("Behind it").isVisible()).toBe(true);
    expect(await more.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await posts.getByText("Behind it").waitFor({ state: "hidden" });
  });

  test("commands with a mention in a channel, without one in the chat, and in a thread", async (context) => {
    const { bot, page, posts, replies, openConversation } = await openTeamsPage(context);
    const composer = page.getByRole("textbox", { name: "New post in twilio-incidents" });
    await composer.fill("just talking");
    await page.keyboard.press("Enter");
    await posts.getByText("just talking").waitFor();
    await composer.fill("@toll");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await posts.getByText("@Tollgate usage today").waitFor();
    expect(bot.heard.map(({ activity }) => activity["text"])).toEqual(["<at>Tollgate</at> usage today"]);

    await posts.getByRole("button", { name: "Reply" }).last().click();
    await page.getByRole("textbox", { name: "Reply in Teams" }).fill("@Tollgate help");
    await page.keyboard.press("Enter");
    await replies.getByText("@Tollgate help").waitFor();
    await page.getByRole("button", { name: "Close replies" }).click();

    await openConversation("Tollgate (chat)");
    await page.getByRole("textbox", { name: "Write to Tollgate" }).fill("incidents");
    await page.keyboard.press("Enter");
    await posts.getByText("incidents").waitFor();
    expect(bot.heard.at(-1)?.activity).toMatchObject({ text: "incidents" });
  });

  test("what is said anew is announced, and what fails is said", async (context) => {
    const { bot, page, posts } = await openTeamsPage(context);
    await bot.postCard(incidentChannel, card([words("open")], [ACKNOWLEDGE], { fallbackText: "Toll fraud suspected" }));
    await page.getByRole("status").filter({ hasText: "Tollgate: Toll fraud suspected" }).waitFor();
    bot.answer = () => ({ status: 500 });
    await posts.getByRole("button", { name: "Acknowledge" }).click();
    await page.getByRole("alert").filter({ hasText: "Something went wrong. Please try again." }).waitFor();
  });

  test("one platform at a time on a phone, both on a desk, nothing cut off in light or dark", async (context) => {
    const { bot, page, posts } = await openTeamsPage(context);
    const actions = ["Acknowledge", "Rotate auth token (no undo)", "Suspend subaccount", "Disable geo regions"];
    const buttons = actions.map((title) => ({ ...ACKNOWLEDGE, title }));
    await bot.postCard(incidentChannel, card([words("open")], buttons));
    await posts.getByText("open").waitFor();
    const slack = page.getByRole("log", { name: "Messages" });
    expect(await slack.isVisible()).toBe(true);
    await page.setViewportSize({ width: 390, height: 700 });
    await posts.waitFor({ state: "hidden" });
    await page.getByRole("navigation", { name: "Platform" }).getByRole("button", { name: "Teams" }).click();
    await slack.waitFor({ state: "hidden" });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const button of await posts.getByRole("button").all()) {
        await button.scrollIntoViewIfNeeded();
        expect(await isWhollyVisible(button), `${await button.textContent()}: ${colorScheme}`).toBe(true);
      }
      const room = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(room[0], colorScheme).toBe(room[1]);
    }
  });

  test("without Teams the page shows Slack alone", async (context) => {
    const { page, posts } = await openTeamsPage(context, { hasTeams: false });
    await page.getByRole("log", { name: "Messages" }).waitFor();
    expect(await posts.count()).toBe(0);
    expect(await page.getByRole("navigation", { name: "Platform" }).count()).toBe(0);
    expect(await page.getByRole("region", { name: "Mentions" }).count()).toBe(1);
  });

  test("while Teams is down the page says so", async (context) => {
    const { bot, page, posts } = await openTeamsPage(context);
    await bot.postCard(incidentChannel, card([words("open")], [ACKNOWLEDGE]));
    await posts.getByText("open").waitFor();
    await bot.teams.goDown("refused");
    await page.getByRole("alert").filter({ hasText: "Teams cannot be reached." }).waitFor();
    await bot.teams.comeBack();
    await page.getByRole("alert").waitFor({ state: "detached" });
  });
});
