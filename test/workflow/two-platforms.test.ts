import { expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import type { MemoryChat } from "../support/memory-chat.ts";
import { BEN_ON_TEAMS, ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const both = () => house({ platforms: ["slack", "teams"] });
const unavailable = new Fault("unavailable", "Teams is down");

function card(chat: MemoryChat, subject: string): string {
  const messages = chat.of(subject);
  expect(messages, `messages of ${subject} on ${chat.name}`).toHaveLength(1);
  return JSON.stringify(messages[0]?.card);
}

const cards = (chat: MemoryChat) =>
  chat.messages.flatMap(({ card: kept, subject }) => (kept === null ? [] : [subject]));

async function minutes(h: House, count: number): Promise<void> {
  for (let step = 0; step < count * 6; step += 1) await h.pass(10_000);
}

test("what is done on one platform is on both cards within a second", async () => {
  const h = await both();
  const id = await h.raise();
  await h.settle();
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id });
  await h.pass(1_000);
  for (const chat of [h.slack, h.teams]) expect(card(chat, `incident-${id}`)).toContain("Ann Ito");
});

test("asked for on Slack and approved in Teams: one request, one run, both platforms tell it", async () => {
  const h = await both();
  const id = await h.raise();
  await h.settle();
  const approvalId = await h.ask(id, "suspend-subaccount");
  await h.settle();
  for (const chat of [h.slack, h.teams]) expect(card(chat, `approval-${approvalId}`)).toContain("Ann Ito");
  expect(await h.handlers.press(BEN_ON_TEAMS, { action: "approve", approvalId })).toEqual({ kind: "done" });
  await h.pass(3_000);
  expect((await h.run(approvalId)).status).toBe("done");
  for (const chat of [h.slack, h.teams]) {
    expect(card(chat, `approval-${approvalId}`)).toContain("Ben Okafor");
    expect(card(chat, `incident-${id}`)).toContain("approved by Ben Okafor");
  }
});

test("while one platform is down the other stays true and says so, and both are true when it is back, without duplicates", async () => {
  const h = await both();
  const id = await h.raise();
  await h.settle();
  expect(card(h.slack, `incident-${id}`)).not.toContain("Microsoft Teams");

  h.teams.setDown(unavailable);
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id });
  await h.pass(1_000);
  expect(card(h.slack, `incident-${id}`)).toContain("Ann Ito");
  expect(card(h.slack, `incident-${id}`)).not.toContain("Microsoft Teams");
  await minutes(h, 3);
  expect(card(h.slack, `incident-${id}`)).toContain("Microsoft Teams does not take messages now");
  expect(card(h.teams, `incident-${id}`)).not.toContain("Ann Ito");
  const approvalId = await h.grant(id, "suspend-subaccount");
  await minutes(h, 1);
  expect((await h.run(approvalId)).status).toBe("done");
  expect(card(h.slack, `incident-${id}`)).toContain("approved by Ben Okafor");

  h.teams.setDown(null);
  await minutes(h, 2);
  expect(card(h.teams, `incident-${id}`)).toContain("approved by Ben Okafor");
  expect(card(h.teams, `incident-${id}`)).not.toContain("Slack does not take");
  expect(card(h.slack, `incident-${id}`)).not.toContain("Microsoft Teams");
  // Each message once, and every line of the record.
  const subjects = cards(h.teams);
  expect(new Set(subjects).size).toBe(subjects.length);
  expect(subjects.toSorted()).toEqual(cards(h.slack).toSorted());
  const anchors = (chat: MemoryChat) => chat.auditLines().map((line) => / #\d+ /.exec(line)?.[0]);
  expect(anchors(h.teams)).toEqual(anchors(h.slack));
});

test("a resolved card never goes on saying that the other platform is down", async () => {
  const h = await both();
  const id = await h.raise({ category: null });
  await h.settle();
  h.teams.setDown(unavailable);
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id });
  await minutes(h, 2);
  expect(card(h.slack, `incident-${id}`)).toContain("Microsoft Teams does not take messages now");
  const { executor, machines } = h;
  const by = { kind: "tollgate", part: "test" } as const;
  await executor.execute(
    machines.incident,
    id,
    { type: "resolve", by, cause: "false-positive", note: null },
    { actor: by, cause: "job" },
  );
  await minutes(h, 1);
  expect(card(h.slack, `incident-${id}`)).not.toContain("Microsoft Teams");
});

test("a rate limit of one platform is not cut short by what is told to the other", async () => {
  const h = await both();
  h.teams.failNext("post", new Fault("rate-limited", "wait", { retryAfterMs: 120_000 }));
  const id = await h.raise({ category: null });
  await h.settle();
  const tries = () => h.teams.calls.filter((call) => call === `post incident-${id}`).length;
  expect(tries()).toBe(1);
  await minutes(h, 1);
  expect(h.slack.of(`incident-${id}`)).toHaveLength(1);
  await minutes(h, 2);
  expect(tries()).toBe(2);
});
