import { expect, test } from "vitest";
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
