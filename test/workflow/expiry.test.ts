import { expect, test } from "vitest";
import { ON_SLACK, ruling } from "../support/roster.ts";
import { house } from "../support/workflow.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const approve = (approvalId: string) => ({ action: "approve", approvalId }) as const;

test("a timer that comes early changes nothing and comes again, late it expires the request, twice it does no harm", async () => {
  const h = await house();
  const id = await h.ask(await h.raise(), "suspend-subaccount");
  const todo = await h.store.outbox.load("expire", id);
  if (todo === null) throw new Error("no timer was set");
  expect(todo.dueAtMs).toBe(h.world.clock.now() + 15 * MINUTE);

  expect(await h.jobs.expire(id, todo)).toEqual({ kind: "later", atMs: todo.dueAtMs });
  expect((await h.approval(id)).status).toBe("pending");

  h.world.clock.pass(3 * HOUR);
  expect(await h.jobs.expire(id, todo)).toEqual({ kind: "done" });
  expect((await h.approval(id)).status).toBe("expired");
  const records = (await h.records()).length;
  expect(await h.jobs.expire(id, todo)).toEqual({ kind: "done" });
  expect(await h.records()).toHaveLength(records);
});

test("when its time is over the request is closed, its buttons are gone and the requester is told", async () => {
  const h = await house();
  h.changePolicy(ruling("suspend-subaccount", { expiresMs: 90_000 }));
  const id = await h.ask(await h.raise(), "suspend-subaccount");
  await h.pass(89_999);
  expect(h.slack.of(`approval-${id}`)[0]?.card?.buttons).toHaveLength(2);
  await h.pass(1);
  expect(h.slack.of(`approval-${id}`)[0]?.card?.buttons).toEqual([]);
  expect(h.slack.of(`outcome-${id}`)[0]?.card?.fallback).toContain("nobody decided on your request in time");
  await h.pass(HOUR);
  expect(h.writes()).toEqual([]);
});

test("a timer that was lost does not make an expired request approvable", async () => {
  const h = await house();
  const id = await h.ask(await h.raise(), "suspend-subaccount");
  h.world.clock.pass(15 * MINUTE);
  expect(await h.handlers.press(ON_SLACK.ben, approve(id))).toMatchObject({ kind: "told" });
  expect((await h.approval(id)).status).toBe("pending");
  await h.settle();
  expect((await h.approval(id)).status).toBe("expired");
});

test("the clock goes an hour forward and back: what expired stays expired, and what is asked for after it can be approved", async () => {
  const h = await house();
  const incident = await h.raise();
  const old = await h.ask(incident, "suspend-subaccount");
  await h.pass(HOUR);
  expect((await h.approval(old)).status).toBe("expired");

  h.world.clock.pass(-HOUR);
  expect(await h.handlers.press(ON_SLACK.ben, approve(old))).toMatchObject({ kind: "told" });
  expect((await h.approval(old)).status).toBe("expired");
  const fresh = await h.ask(incident, "suspend-subaccount");
  expect(await h.handlers.press(ON_SLACK.ben, approve(fresh))).toEqual({ kind: "done" });
  await h.settle();
  expect((await h.run(fresh)).status).toBe("done");
  expect(h.logged()).toContain("the clock is behind the newest audit record");
});

test("the clock goes an hour forward and back before the timer came: nobody approves what had expired", async () => {
  const h = await house();
  const incident = await h.raise();
  const id = await h.ask(incident, "suspend-subaccount");
  h.world.clock.pass(HOUR);
  await h.handlers.press(ON_SLACK.dia, { action: "acknowledge", incidentId: incident });
  h.world.clock.pass(-HOUR);
  expect(await h.handlers.press(ON_SLACK.ben, approve(id))).toMatchObject({ kind: "told" });
  expect((await h.approval(id)).status).toBe("pending");
  await h.pass(15 * MINUTE);
  expect((await h.approval(id)).status).toBe("expired");
});
