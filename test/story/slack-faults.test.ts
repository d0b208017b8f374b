import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SlackFault } from "../../src/sandbox/slack/faults.ts";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import { ANN, BEN, INCIDENTS } from "./cast.ts";
import { about, cardOf, expectNoDuplicates, expectSoundAudit, says, shown, wordsOf } from "./slack-screen.ts";
import { prepareStage, type Stage, triggerForm } from "./stage.ts";

const [, , , SUSPEND] = REMEDIATIONS;

let stage: Stage;

beforeAll(async () => {
  stage = await prepareStage({ subaccounts: 12 });
  await stage.tollgate.start();
});
afterEach(() => stage?.slack.clearFaults());
afterAll(() => stage?.close());

const POSTING = { method: "chat.postMessage", channel: INCIDENTS } as const;

/** A usage trigger fires while this is wrong with Slack. Answers the name of the account. */
async function strike(fault: SlackFault): Promise<string> {
  stage.slack.inject(fault);
  const accountSid = stage.newSubaccount();
  expect(await stage.deliver("usage-trigger", accountSid, triggerForm(accountSid, "90.00"))).toBe(204);
  return stage.twilio.state.account(accountSid).friendlyName;
}

function cardsAbout(accountName: string): number {
  return stage.slack.workspace.messages(INCIDENTS).filter((message) => wordsOf(message).includes(accountName)).length;
}

test("a rate limit delays the card, which then says how far behind it is, and nothing is lost", async () => {
  const name = await strike({ kind: "rate-limited", retryAfterSeconds: 6, ...POSTING });
  const limitedAtMs = Date.now();
  const card = await cardOf(stage, name);
  expect(Number(card.ts) * 1000 - limitedAtMs).toBeGreaterThan(5_000);
  expect(wordsOf(card)).toMatch(/This card is \d+ s(econds)? behind/);
  expect(cardsAbout(name)).toBe(1);
});

test("while Slack answers 500 everything is kept, and comes once when it is back", async () => {
  const name = await strike({ kind: "server-error", times: 4 });
  await cardOf(stage, name);
  expect(cardsAbout(name)).toBe(1);
  expect(stage.slack.calls.filter(({ fault }) => fault === "server-error").length).toBe(4);
});

test("a post that happened and whose answer was lost is found again, not repeated", async () => {
  const name = await strike({ kind: "cut-answer", ...POSTING });
  const card = await cardOf(stage, name);
  // It is edited, so it is known by now.
  await says(stage, about(card), /Spent today/);
  expect(stage.slack.calls.filter(({ method }) => method === "conversations.history").length).toBeGreaterThan(0);
  expect(cardsAbout(name)).toBe(1);
});

test("a post that hung before it happened is posted once", async () => {
  const name = await strike({ kind: "hang", ...POSTING });
  await cardOf(stage, name);
  await says(stage, about(await cardOf(stage, name)), /Spent today/);
  expect(cardsAbout(name)).toBe(1);
});

test("a card that somebody deleted is posted again with its next change", async () => {
  const { card, subject } = await stage.incident();
  const request = await stage.story.ask(ANN, card, SUSPEND, "Toll fraud");
  await says(stage, subject, /Suspend the subaccount/);
  stage.slack.inject({ kind: "message-deleted", channel: INCIDENTS, ts: card.ts });
  await stage.story.press(BEN, request, "Approve");
  const again = await says(stage, subject, /CONTAINED/);
  expect(again.ts).not.toBe(card.ts);
  await stage.story.send(ANN, again, "Resolve…", { cause: "fraud-stopped" });
  await says(stage, subject, /\*Resolved\* by Ann Ito/);
});

test("people act while cards are held up: a request is approved and carried out", async () => {
  const { card, accountSid } = await stage.incident();
  stage.slack.inject({
    kind: "rate-limited",
    retryAfterSeconds: 3,
    method: "chat.update",
    channel: INCIDENTS,
    times: 2,
  });
  const request = await stage.story.ask(ANN, card, SUSPEND, "Toll fraud");
  await stage.story.press(BEN, request, "Approve");
  await shown(stage, "the account to be suspended", () =>
    stage.twilio.state.account(accountSid).status === "suspended" ? true : undefined,
  );
  await says(stage, about(request), /Verified: Twilio reports status suspended/);
  await says(stage, about(card), /CONTAINED/);
});

test("after all of that there is no second message about anything, and the record is whole in its channel", async () => {
  await stage.incident();
  expectNoDuplicates(stage);
  await expectSoundAudit(stage);
});
