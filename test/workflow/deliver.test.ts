import { expect, test } from "vitest";
import type { Actor } from "../../src/audit/envelope.ts";
import type { MessageRef } from "../../src/chat/platform.ts";
import { Fault } from "../../src/lib/fault.ts";
import { createLog } from "../../src/lib/log.ts";
import { sentenceCard } from "../../src/notice/answer-card.ts";
import { createDeliver } from "../../src/workflow/deliver.ts";
import type { CardNotice } from "../../src/workflow/notice.ts";
import { intercepted } from "../support/intercepted.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const acknowledge = (incidentId: string) => ({ action: "acknowledge", incidentId: incidentId as never }) as const;
const DIA: Actor = { kind: "person", personId: "dia", name: "Dia Rao", platform: "slack", userId: "U0DIA" };
const resolve = { type: "resolve", by: DIA, cause: "fault-fixed", note: null } as const;
const timeout = new Fault("timeout", "Slack did not answer in time");

function only(h: House, subject: string) {
  const [message, ...more] = h.slack.of(subject);
  expect(more, `messages of ${subject}`).toEqual([]);
  if (message?.card == null) throw new Error(`no card of ${subject}`);
  return { ...message, card: message.card };
}

function posts(h: House, subject: string): number {
  return h.slack.calls.filter((call) => call === `post ${subject}`).length;
}

test("a card is posted once and edited in place, its details in its thread", async () => {
  const h = await house();
  const incident = await h.raise();
  await h.settle();
  const subject = `incident-${incident}`;
  const { ref } = only(h, subject);
  expect(only(h, `details-${incident}`).thread).toEqual(ref);
  await h.handlers.press(ON_SLACK.ann, acknowledge(incident));
  await h.settle();
  expect(only(h, subject)).toMatchObject({ ref, card: { fallback: expect.any(String) } });
  expect(JSON.stringify(only(h, subject).card)).toContain("Ann Ito");
  expect(posts(h, subject)).toBe(1);
});

test("nothing new is not sent: doubled and late jobs cost nothing", async () => {
  const h = await house();
  const incident = await h.raise({ category: null });
  await h.settle();
  const calls = h.slack.calls.length;
  const key = `slack.incident-${incident}`;
  for (let time = 1; time <= 3; time += 1) {
    await h.store.outbox.add({ job: "notify", key, dueAtMs: null }, h.world.clock.now());
    await h.work("notify", key);
  }
  expect(h.slack.calls).toHaveLength(calls);
});

test("a post whose answer was lost is found by its subject before another one is sent", async () => {
  const h = await house();
  h.slack.failNext("post", timeout, "after");
  const incident = await h.raise();
  await h.settle();
  await h.pass(3_000);
  expect(h.slack.calls).not.toContain(`find incident-${incident}`);
  await h.pass(4_000);
  expect(h.slack.calls).toContain(`find incident-${incident}`);
  only(h, `incident-${incident}`);
  expect(posts(h, `incident-${incident}`)).toBe(1);
  await h.handlers.press(ON_SLACK.ann, acknowledge(incident));
  await h.settle();
  expect(JSON.stringify(only(h, `incident-${incident}`).card)).toContain("Ann Ito");
});

test("a post that timed out and never was there is sent again, once", async () => {
  const h = await house();
  h.slack.failNext("post", timeout);
  const incident = await h.raise();
  await h.settle();
  await h.pass(3_000);
  expect(h.slack.of(`incident-${incident}`)).toEqual([]);
  await h.pass(4_000);
  only(h, `incident-${incident}`);
  expect(posts(h, `incident-${incident}`)).toBe(2);
});

test("of two replicas that both find nothing posted, one posts", async () => {
  const h = await house();
  const incident = await h.raise();
  const key = `slack.incident-${incident}`;
  let overtakings = 0;
  const slower = await h.replica({
    outside: ({ store, ...rest }) => ({
      ...rest,
      store: intercepted(store, async (name, call) => {
        if (name === "beginPost") {
          overtakings += 1;
          await h.work("notify", key);
        }
        return call();
      }),
    }),
  });
  await slower.work("notify", key);
  expect(overtakings).toBe(1);
  await h.pass(10_000);
  only(h, `incident-${incident}`);
  expect(posts(h, `incident-${incident}`)).toBe(1);
});

test("a message that was deleted is posted again, and the operator is told", async () => {
  const h = await house();
  const incident = await h.raise();
  await h.settle();
  h.slack.delete(`incident-${incident}`);
  await h.handlers.press(ON_SLACK.ann, acknowledge(incident));
  await h.settle();
  expect(JSON.stringify(only(h, `incident-${incident}`).card)).toContain("Ann Ito");
  expect(h.logged()).toContain("a message is gone, posting it again");
});

test("an older edit that lands last is repaired", async () => {
  const h = await house();
  const other = await h.replica();
  const incident = await h.raise({ category: null });
  await h.settle();
  const key = `slack.incident-${incident}`;
  await h.handlers.press(ON_SLACK.ann, acknowledge(incident));
  // While this edit is on its way, somebody resolves the incident and another worker's edit overtakes it.
  h.slack.beforeNext("edit", async () => {
    await other.executor.execute(other.machines.incident, incident, resolve, { actor: DIA, cause: "click" });
    await other.work("notify", key);
    expect(JSON.stringify(only(h, `incident-${incident}`).card)).toContain("Dia Rao");
  });
  await h.work("notify", key);
  expect(JSON.stringify(only(h, `incident-${incident}`).card)).not.toContain("Dia Rao");
  await h.settle();
  expect(JSON.stringify(only(h, `incident-${incident}`).card)).toContain("Dia Rao");
  expect(only(h, `incident-${incident}`).card.buttons).toEqual([]);
});

/** A deliverer whose notices are written by hand. */
async function byHand(h: House, notice: CardNotice) {
  const log = createLog("silent");
  const { outbox, messages, pictures } = h.store;
  const platforms = new Map([["slack", h.slack] as const]);
  const deliver = createDeliver({
    platforms,
    messages,
    pictures,
    outbox,
    noticeOf: async () => notice,
    clock: h.world.clock,
    log,
  });
  const key = `slack.${notice.card.subject}`;
  const todo = { job: "notify", key, dueAtMs: null, wanted: 1, sinceMs: h.world.clock.now(), attempts: 0 } as const;
  return (attempts = 0) => deliver(key, { ...todo, attempts });
}

function notice(revision: number, text: string, changes: Partial<CardNotice> = {}): CardNotice {
  const card = { ...sentenceCard("x", text, text), subject: "incident-x" };
  return {
    kind: "card",
    card,
    channel: { role: "incident", id: null },
    threadOf: null,
    calledIn: null,
    revision,
    linkedFrom: [],
    replies: [],
    ...changes,
  };
}

test("a notice that is older than what is shown is not sent at all", async () => {
  const h = await house();
  await (await byHand(h, notice(7, "new")))();
  await (await byHand(h, notice(6, "old")))();
  expect(h.slack.calls).toEqual(["post incident-x"]);
  await (await byHand(h, notice(8, "newest")))();
  expect(only(h, "incident-x").card.heading).toBe("newest");
});

test("a reply waits for the message that its thread hangs from, longer each time", async () => {
  const h = await house();
  const reply = await byHand(h, notice(1, "reply", { threadOf: "incident-y" }));
  const waits: number[] = [];
  for (const attempts of [0, 1, 2, 3, 9]) {
    const result = await reply(attempts);
    waits.push(result.kind === "later" ? result.atMs - h.world.clock.now() : 0);
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 30_000]);
  expect(h.slack.calls).toEqual([]);
  const ref: MessageRef = { channelId: "C1", messageId: "9" };
  await h.store.messages.posted("slack", "incident-y", ref, 1, "d");
  expect(await reply()).toEqual({ kind: "done" });
  expect(only(h, "incident-x").thread).toEqual(ref);
});

test("a rate limit delays and drops nothing; the card says how far behind it is", async () => {
  const h = await house();
  h.slack.failNext("post", new Fault("rate-limited", "Slack asked us to wait", { retryAfterMs: 60_000 }));
  const incident = await h.raise({ category: null });
  await h.settle();
  expect(h.slack.of(`incident-${incident}`)).toEqual([]);
  for (let step = 0; step < 6; step += 1) await h.pass(10_000);
  expect(JSON.stringify(h.slack.messages.find(({ subject }) => subject.startsWith("incident"))?.first)).toMatch(
    /behind/,
  );
  only(h, `incident-${incident}`);
  // Nothing was posted for certain, so nobody had to look for it.
  expect(h.slack.calls.some((call) => call.startsWith("find incident"))).toBe(false);
  expect(posts(h, `incident-${incident}`)).toBe(2);
});

test("one platform being down does not keep the other one from its cards", async () => {
  const h = await house({ platforms: ["slack", "teams"] });
  for (let time = 0; time < 50; time += 1) h.slack.failNext("post", new Fault("unavailable", "Slack is down"));
  const incident = await h.raise();
  await h.settle();
  expect(h.slack.of(`incident-${incident}`)).toEqual([]);
  expect(h.teams.of(`incident-${incident}`)).toHaveLength(1);
});

test("figures alone may wait for room; what people did may not", async () => {
  const h = await house();
  const urgencies: string[] = [];
  const { edit } = h.slack;
  h.slack.edit = (...call) => {
    urgencies.push(call[3]);
    return edit(...call);
  };
  await (await byHand(h, notice(1, "one")))();
  await (await byHand(h, notice(1, "one, other figures")))();
  await (await byHand(h, notice(2, "two")))();
  expect(urgencies).toEqual(["when-there-is-room", "now"]);
});
