import { expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import type { Note } from "../../src/workflow/execute.ts";
import { beginRecord } from "../../src/workflow/record.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const note: Note = {
  stream: "chat",
  type: "policy-loaded",
  accountSid: null,
  incidentId: null,
  what: null,
  data: { digest: "d1" },
  actor: { kind: "tollgate", part: "test" },
  cause: "start",
};

async function notes(h: House, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await h.executor.note(note);
}

/** The sequences that the channel's lines end with. */
function anchors(h: House): readonly number[] {
  return h.slack.auditLines().map((line) => Number(/ #(\d+) [0-9a-f]{12}$/.exec(line)?.[1]));
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const messages = (h: House) => h.slack.messages.filter(({ channel }) => channel.role === "audit");

test("every record has its line, in order, one message each while few wait", async () => {
  const h = await house();
  await notes(h, 5);
  await h.settle();
  expect(anchors(h)).toEqual(upTo(5));
  expect(messages(h)).toHaveLength(5);
  await notes(h, 1);
  await h.settle();
  expect(anchors(h)).toEqual(upTo(6));
});

test("lines share messages of at most fifteen when more than five wait, and none is lost", async () => {
  const h = await house();
  await notes(h, 45);
  await h.settle();
  expect(anchors(h)).toEqual(upTo(45));
  expect(messages(h).map(({ lines }) => lines.length)).toEqual([15, 15, 15]);
});

test("two workers on one channel write every line once: a job that lost its lock does not write beside its successor", async () => {
  const h = await house();
  await notes(h, 8);
  const other = await h.replica();
  await Promise.all([h.work("record", "slack"), other.work("record", "slack")]);
  await h.settle();
  expect(anchors(h)).toEqual(upTo(8));
});

test("lines whose answer was lost are found by the newest record in them, and not posted twice", async () => {
  const h = await house();
  await notes(h, 3);
  h.slack.failNext("postLines", new Fault("timeout", "Slack did not answer in time"), "after");
  await h.settle();
  await notes(h, 1);
  await h.pass(10_000);
  expect(h.slack.calls).toContain("find audit-1");
  expect(anchors(h)).toEqual(upTo(4));
});

test("lines that timed out and never were there are posted, in their place", async () => {
  const h = await house();
  await notes(h, 2);
  h.slack.failNext("postLines", new Fault("unavailable", "Slack is down"));
  await h.settle();
  await notes(h, 2);
  await h.pass(10_000);
  expect(anchors(h)).toEqual(upTo(4));
});

test("a rate limit is waited for, and nobody looks for what was certainly not posted", async () => {
  const h = await house();
  await notes(h, 2);
  h.slack.failNext("postLines", new Fault("rate-limited", "wait", { retryAfterMs: 20_000 }));
  await h.settle();
  expect(anchors(h)).toEqual([]);
  await h.pass(19_999);
  expect(anchors(h)).toEqual([]);
  await h.pass(1);
  expect(anchors(h)).toEqual(upTo(2));
  expect(h.slack.calls.filter((call) => call.startsWith("find"))).toEqual([]);
});

test("the same refused click again and again is one line that counts them; the store keeps each", async () => {
  const h = await house();
  const incidentId = await h.raise({ category: null });
  await h.settle();
  const press = { action: "acknowledge", incidentId } as const;
  await h.handlers.press(ON_SLACK.eve, press);
  await h.settle();
  const before = h.slack.auditLines().length;
  expect(h.slack.auditLines().at(-1)).toMatch(/Eve Holm .* tried to acknowledge/);
  for (let time = 0; time < 18; time += 1) {
    await h.handlers.press(ON_SLACK.eve, press);
    await h.settle();
  }
  expect(h.slack.auditLines()).toHaveLength(before);
  await h.pass(15_000);
  expect(h.slack.auditLines()).toHaveLength(before + 1);
  expect(h.slack.auditLines().at(-1)).toMatch(/Eve Holm .* x 18 #/);
  expect((await h.records()).filter(({ type }) => type === "refused")).toHaveLength(19);
});

test("anything else ends the wait for more of the same", async () => {
  const h = await house();
  const incidentId = await h.raise({ category: null });
  const press = { action: "acknowledge", incidentId } as const;
  for (let time = 0; time < 4; time += 1) {
    await h.handlers.press(ON_SLACK.eve, press);
    await h.settle();
  }
  await h.handlers.press(ON_SLACK.ann, press);
  await h.settle();
  const lines = h.slack.auditLines();
  expect(lines.at(-1)).toMatch(/Ann Ito \(Slack\) acknowledged incident/);
  expect(lines.join("\n")).toMatch(/x 3 #/);
});

test("each platform's channel goes at its own pace, and both get every line", async () => {
  const h = await house({ platforms: ["slack", "teams"] });
  h.slack.failNext("postLines", new Fault("rate-limited", "wait", { retryAfterMs: 20_000 }));
  await notes(h, 4);
  await h.settle();
  expect(h.teams.auditLines()).toHaveLength(4);
  expect(h.slack.auditLines()).toHaveLength(0);
  await h.pass(20_000);
  expect(h.slack.auditLines()).toEqual(h.teams.auditLines());
});

test("a platform that is turned on later begins with what happens next, a new installation tells all", async () => {
  const h = await house({ platforms: ["slack", "teams"] });
  await beginRecord(h.store, ["slack"]);
  await notes(h, 3);
  await h.work("record", "slack");
  expect(anchors(h)).toEqual(upTo(3));
  // Nobody has promised Teams anything: as on an installation that never had it.
  const waiting = await h.store.outbox.load("record", "teams");
  if (waiting !== null) await h.store.outbox.complete(waiting);
  await beginRecord(h.store, ["slack", "teams"]);
  await notes(h, 1);
  await h.settle();
  expect(anchors(h)).toEqual(upTo(4));
  expect(h.teams.auditLines()).toHaveLength(1);
  expect(h.teams.auditLines()[0]).toMatch(/ #4 /);
});

test("a platform that could not be written to until now is not taken for a new one", async () => {
  const h = await house();
  h.slack.setDown(new Fault("not-found", "the channel is archived"));
  await notes(h, 3);
  await h.settle();
  await beginRecord(h.store, ["slack"]);
  h.slack.setDown(null);
  await h.pass(30_000);
  expect(anchors(h)).toEqual(upTo(3));
});
