import { expect, test } from "vitest";
import { lifeUntil, mortal } from "../support/mortal.ts";
import { ON_SLACK } from "../support/roster.ts";
import { crossing } from "../support/signals.ts";
import { type House, house } from "../support/workflow.ts";

let deliveries = 0;

/** A usage trigger's webhook, as the intake keeps it. */
async function told(h: House): Promise<void> {
  deliveries += 1;
  const nowMs = h.world.clock.now();
  const signal = crossing({ accountSid: h.account, atMs: nowMs });
  const fresh = await h.store.signals.keep([{ sourceKey: `delivery-${deliveries}`, signal }], nowMs);
  for (const key of fresh) await h.store.outbox.add({ job: "detect", key, dueAtMs: null }, nowMs);
}

async function resolve(h: House, incidentId: Awaited<ReturnType<House["raise"]>>): Promise<void> {
  expect(await h.handlers.press(ON_SLACK.ann, { action: "resolve", incidentId })).toEqual({ kind: "done" });
}

async function onlyIncident(h: House) {
  const [id, ...more] = await h.store.incidents.unresolved();
  expect(more).toEqual([]);
  if (id === undefined) throw new Error("no incident");
  return id;
}

test("a signal opens one incident, and more of them do not open another", async () => {
  const h = await house();
  await told(h);
  await h.settle();
  const id = await onlyIncident(h);
  for (let time = 0; time < 5; time += 1) await told(h);
  await h.settle();
  expect(await onlyIncident(h)).toBe(id);
  expect((await h.records()).filter(({ type }) => type === "incident-opened")).toHaveLength(1);
});

test("killed at any call between a signal and its incident: the next run opens one, and counts each signal once", async () => {
  const h = await house();
  for (let endsAt = 1; ; endsAt += 1) {
    await told(h);
    await told(h);
    const life = lifeUntil(endsAt);
    const doomed = await h.replica({
      store: h.store,
      outside: ({ store, ...rest }) => ({ ...rest, store: mortal(store, life) }),
    });
    await doomed.work("detect", h.account);
    await h.settle();
    const id = await onlyIncident(h);
    const counted = (await h.store.signals.bucketsSince(h.account, 0)).reduce((sum, { count }) => sum + count, 0);
    expect(counted, `killed before call ${endsAt} (${life.last})`).toBe(2 * endsAt);
    if (!life.isOver) {
      expect(endsAt).toBeGreaterThan(6);
      return;
    }
    await resolve(h, id);
    // Beyond the cool-down and beyond what the rules look at: the next signal is an attack of its own.
    h.world.clock.pass(2 * 60 * 60_000);
  }
});

test("two workers at once open one incident", async () => {
  const h = await house();
  const others = [await h.replica(), await h.replica()];
  for (let round = 1; round <= 4; round += 1) {
    await told(h);
    await Promise.all([h, ...others].map((replica) => replica.work("detect", h.account)));
    await h.pass(5_000);
    await resolve(h, await onlyIncident(h));
    h.world.clock.pass(2 * 60 * 60_000);
  }
  expect((await h.records()).filter(({ type }) => type === "incident-opened")).toHaveLength(4);
});

test("within the cool-down the incident reopens, after it a new one is opened", async () => {
  const h = await house();
  await told(h);
  await h.settle();
  const first = await onlyIncident(h);
  await resolve(h, first);
  await h.pass(29 * 60_000);
  await told(h);
  await h.settle();
  expect(await onlyIncident(h)).toBe(first);

  await resolve(h, first);
  await h.pass(31 * 60_000);
  await told(h);
  await h.settle();
  const second = await onlyIncident(h);
  expect(second).not.toBe(first);
  expect((await h.incident(first)).status).toBe("resolved");
  expect(h.slack.of(`incident-${second}`)).toHaveLength(1);
});
