import { describe, expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import type { ChannelRule } from "../../src/notice/channels.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const rule: ChannelRule = { accountSid: null, severity: null, threat: null, slack: "C0FRAUD", teams: null };

async function routed(): Promise<House> {
  const h = await house();
  h.changePolicy(() => ({ channels: [rule] }));
  return h;
}

function only(h: House, subject: string) {
  const [message, ...more] = h.slack.of(subject);
  expect(more, `messages of ${subject}`).toEqual([]);
  if (message === undefined) throw new Error(`no message of ${subject}`);
  return message;
}

const acknowledge = (h: House, incidentId: never) =>
  h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId });

test("an incident goes to the channel of its route, and all that belongs to it into its thread there", async () => {
  const h = await routed();
  const id = await h.raise();
  await h.settle();
  const card = only(h, `incident-${id}`);
  expect(card.ref.channelId).toBe("C0FRAUD");
  expect(card.card?.note).not.toContain("Meant for");
  expect(only(h, `details-${id}`)).toMatchObject({ thread: card.ref, ref: { channelId: "C0FRAUD" } });
});

test("a card stays where it is when its route changes", async () => {
  const h = await routed();
  const id = await h.raise();
  await h.settle();
  h.changePolicy(() => ({ channels: [{ ...rule, slack: "C0OTHER" }] }));
  await acknowledge(h, id as never);
  await h.settle();
  expect(only(h, `incident-${id}`)).toMatchObject({ ref: { channelId: "C0FRAUD" } });
  expect(JSON.stringify(only(h, `incident-${id}`).card)).toContain("Ann Ito");
});

test("a route that cannot be posted to leads to the incident channel, and the card goes on saying what it was meant for", async () => {
  const h = await routed();
  h.slack.closeChannel("C0FRAUD");
  const id = await h.raise();
  await h.settle();
  const note = "Meant for another channel that cannot be posted to: C0FRAUD.";
  expect(only(h, `incident-${id}`)).toMatchObject({ ref: { channelId: "C-incident" } });
  expect(only(h, `incident-${id}`).card?.note).toContain(note);
  await acknowledge(h, id as never);
  await h.settle();
  expect(JSON.stringify(only(h, `incident-${id}`).card)).toContain("Ann Ito");
  expect(only(h, `incident-${id}`).card?.note).toContain(note);
  expect(h.logged()).toContain("a channel cannot be posted to");
});

const refusals: readonly (readonly [string, Fault])[] = [
  ["it is read-only", new Fault("rejected", "slack: answered", { code: "restricted_action_read_only_channel" })],
  ["posting is restricted", new Fault("unauthorised", "slack: answered", { code: "restricted_action" })],
  ["its id is mistyped", new Fault("rejected", "teams: answered", { code: "400" })],
];

test.each(refusals)(
  "a route that refuses since %s leads to the incident channel, and nothing jumps back",
  async (_why, fault) => {
    const h = await routed();
    h.slack.refusePosts("C0FRAUD", fault);
    const id = await h.raise();
    await h.settle();
    expect(only(h, `incident-${id}`)).toMatchObject({ ref: { channelId: "C-incident" } });
    expect(only(h, `incident-${id}`).card?.note).toContain("C0FRAUD");
    expect(h.logged()).toContain("a channel cannot be posted to");
    h.slack.refusePosts("C0FRAUD", null);
    await acknowledge(h, id as never);
    await h.pass(60_000);
    expect(only(h, `incident-${id}`)).toMatchObject({ ref: { channelId: "C-incident" } });
    expect(JSON.stringify(only(h, `incident-${id}`).card)).toContain("Ann Ito");
    expect(h.slack.messages.filter(({ ref }) => ref.channelId === "C0FRAUD")).toEqual([]);
  },
);

test.each([
  ["asks us to wait", new Fault("rate-limited", "wait", { retryAfterMs: 5_000 })],
  ["cannot be reached", new Fault("unavailable", "down")],
])("a route that %s is waited for", async (_how, fault) => {
  const h = await routed();
  h.slack.refusePosts("C0FRAUD", fault);
  const id = await h.raise();
  await h.settle();
  await h.pass(4_000);
  expect(h.slack.of(`incident-${id}`)).toEqual([]);
  h.slack.refusePosts("C0FRAUD", null);
  await h.pass(30_000);
  expect(only(h, `incident-${id}`)).toMatchObject({ ref: { channelId: "C0FRAUD" } });
});

test("when every channel refuses the card waits, and is posted once one takes it", async () => {
  const h = await routed();
  h.slack.setDown(new Fault("unauthorised", "the token was revoked", { code: "token_revoked" }));
  const id = await h.raise();
  await h.settle();
  await h.pass(20_000);
  h.slack.setDown(null);
  await h.pass(30_000);
  expect(only(h, `incident-${id}`)).toMatchObject({ ref: { channelId: "C0FRAUD" } });
});

test("a thread that takes no replies any more: what people must act on is posted where they see it", async () => {
  const h = await routed();
  const id = await h.raise();
  await h.settle();
  h.slack.refusePosts("C0FRAUD", new Fault("rejected", "no", { code: "restricted_action_read_only_channel" }));
  const approvalId = await h.ask(id, "suspend-subaccount");
  await h.settle();
  expect(only(h, `approval-${approvalId}`)).toMatchObject({ thread: null, ref: { channelId: "C-incident" } });
  expect(only(h, `incident-${id}`)).toMatchObject({ ref: { channelId: "C0FRAUD" } });
});

test("a reply that was begun outside its thread is looked for there", async () => {
  const h = await routed();
  const id = await h.raise();
  await h.settle();
  h.slack.refusePosts("C0FRAUD", new Fault("rejected", "no", { code: "restricted_action_read_only_channel" }));
  const approvalId = await h.ask(id, "suspend-subaccount");
  h.slack.failNext("post", new Fault("rejected", "no"));
  h.slack.failNext("post", new Fault("timeout", "Slack did not answer in time"), "after");
  for (let step = 0; step < 4; step += 1) await h.pass(3_000);
  expect(only(h, `approval-${approvalId}`)).toMatchObject({ thread: null, ref: { channelId: "C-incident" } });
});

describe("the alarm of an incident that became critical", () => {
  const bySeverity = (critical: string | null, warning: string | null): readonly ChannelRule[] => [
    ...(critical === null ? [] : [{ ...rule, severity: "critical", slack: critical } as const]),
    ...(warning === null ? [] : [{ ...rule, severity: "warning", slack: warning } as const]),
  ];

  async function escalated(channels: readonly ChannelRule[], before: (h: House) => void = () => {}) {
    const h = await house();
    h.changePolicy(() => ({ channels }));
    const id = await h.raise({ severity: "warning" });
    await h.settle();
    await h.pass(60_000);
    before(h);
    const known = await h.incident(id);
    if (known.status === "none") throw new Error("no incident");
    const alert = { ...known.alert, severity: "critical", lastSignalAtMs: h.world.clock.now() } as const;
    const because = { actor: { kind: "twilio" }, cause: "signal" } as const;
    await h.executor.execute(h.machines.incident, id, { type: "raise", id, alert }, because);
    await h.settle();
    const [alarm, ...more] = h.slack.messages.filter(({ subject }) => subject.startsWith("alarm-"));
    expect(more).toEqual([]);
    return { h, id, card: only(h, `incident-${id}`), alarm };
  }

  test.each([
    ["a route of its own", "C0CRITICAL", "C0NOISE", "C0CRITICAL"],
    ["the configured channel", null, "C0NOISE", "C-incident"],
    ["a route, and the card is in the configured channel", "C0CRITICAL", null, "C0CRITICAL"],
  ])(
    "is posted where people watch for it: %s; it leads to the card, which stays",
    async (_what, critical, warning, where) => {
      const { id, card, alarm } = await escalated(bySeverity(critical, warning));
      expect(card.ref.channelId).toBe(warning ?? "C-incident");
      expect(alarm).toMatchObject({ thread: null, ref: { channelId: where } });
      expect(alarm?.card?.elements).toContainEqual(
        expect.objectContaining({ kind: "link", subject: `incident-${id}` }),
      );
      expect(alarm?.card?.elements.some(({ kind }) => kind === "mention")).toBe(true);
    },
  );

  test.each([
    ["no route", null, null],
    ["the same route", "C0BOTH", "C0BOTH"],
    ["a route to the configured channel by its id", "C-incident", null],
  ])("is posted in the card's thread when that is where people watch: %s", async (_what, critical, warning) => {
    const { card, alarm } = await escalated(bySeverity(critical, warning));
    expect(alarm?.thread).toEqual(card.ref);
  });

  test.each([
    ["is archived", (h: House) => h.slack.closeChannel("C0CRITICAL")],
    ["refuses", (h: House) => h.slack.refusePosts("C0CRITICAL", new Fault("rejected", "no"))],
  ])("is posted in the card's thread when that channel %s", async (_how, close) => {
    const { card, alarm } = await escalated(bySeverity("C0CRITICAL", "C0NOISE"), close);
    expect(alarm?.thread).toEqual(card.ref);
  });

  test("is found again in that channel when its answer was lost", async () => {
    const { h, id } = await escalated(bySeverity("C0CRITICAL", "C0NOISE"), ({ slack }) => {
      slack.failNext("post", new Fault("timeout", "Slack did not answer in time"), "after");
    });
    for (let step = 0; step < 4; step += 1) await h.pass(3_000);
    const alarms = h.slack.messages.filter(({ subject }) => subject.startsWith(`alarm-${id}`));
    expect(alarms.map(({ ref }) => ref.channelId)).toEqual(["C0CRITICAL"]);
  });
});

test("when the incident channel is gone as well the card is posted beside the audit record", async () => {
  const h = await routed();
  h.slack.closeChannel("C0FRAUD");
  h.slack.closeChannel("C-incident");
  const id = await h.raise();
  await h.settle();
  expect(only(h, `incident-${id}`)).toMatchObject({ ref: { channelId: "C-audit" } });
  expect(only(h, `details-${id}`)).toMatchObject({ ref: { channelId: "C-audit" } });
});

test("when no channel takes it the card waits, and is posted as soon as one does", async () => {
  const h = await house();
  h.slack.setDown(new Fault("not-found", "the bot was removed", { code: "not_in_channel" }));
  const id = await h.raise();
  await h.settle();
  expect(h.slack.of(`incident-${id}`)).toEqual([]);
  h.slack.setDown(null);
  await h.pass(30_000);
  only(h, `incident-${id}`);
});

test("a channel that is archived under a card: the card comes up elsewhere, with the request that waits in its thread", async () => {
  const h = await routed();
  const id = await h.raise();
  await h.settle();
  const approvalId = await h.ask(id, "suspend-subaccount");
  await h.settle();
  expect(only(h, `approval-${approvalId}`).ref.channelId).toBe("C0FRAUD");
  h.slack.closeChannel("C0FRAUD");
  await acknowledge(h, id as never);
  for (let step = 0; step < 10; step += 1) await h.pass(3_000);
  const newest = h.slack.of(`incident-${id}`).at(-1);
  expect(newest).toMatchObject({ ref: { channelId: "C-incident" } });
  expect(newest?.card?.note).toContain("C0FRAUD");
  expect(h.slack.of(`approval-${approvalId}`).at(-1)).toMatchObject({ thread: newest?.ref });
  expect(h.logged()).toContain("a message is gone, posting it again");
});

test("a reply whose thread is gone finds the one that took its place", async () => {
  const h = await routed();
  const id = await h.raise({ category: null });
  await h.settle();
  h.slack.closeChannel("C0FRAUD");
  // Nothing of the card itself changes: only the request tells that its channel is gone.
  const approvalId = await h.ask(id, "suspend-subaccount");
  for (let step = 0; step < 10; step += 1) await h.pass(3_000);
  const newest = h.slack.of(`incident-${id}`).at(-1);
  expect(newest?.ref.channelId).toBe("C-incident");
  expect(only(h, `approval-${approvalId}`).thread).toEqual(newest?.ref);
});

test("a post whose answer was lost is looked for in the channel where it was begun", async () => {
  const h = await routed();
  h.slack.closeChannel("C0FRAUD");
  // The first post finds the channel closed; the answer of the second one is lost.
  h.slack.failNext("post", new Fault("not-found", "archived", { code: "is_archived" }));
  h.slack.failNext("post", new Fault("timeout", "Slack did not answer in time"), "after");
  const id = await h.raise();
  await h.settle();
  h.changePolicy(() => ({ channels: [] }));
  await h.pass(7_000);
  expect(only(h, `incident-${id}`)).toMatchObject({ ref: { channelId: "C-incident" } });
  expect(only(h, `incident-${id}`).card?.note).toContain("C0FRAUD");
});
