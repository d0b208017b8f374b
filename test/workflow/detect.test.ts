import { expect, test } from "vitest";
import { intercepted } from "../support/intercepted.ts";
import { resolve } from "../support/life.ts";
import { Death, lifeUntil, mortal } from "../support/mortal.ts";
import { crossing } from "../support/signals.ts";
import { type House, house } from "../support/workflow.ts";

let deliveries = 0;

/** A usage trigger's webhook, as the intake keeps it. Nobody was told of it yet. */
async function kept(h: House) {
  deliveries += 1;
  const nowMs = h.world.clock.now();
  const signal = crossing({ accountSid: h.account, atMs: nowMs });
  return h.store.signals.keep([{ sourceKey: `delivery-${deliveries}`, signal }], nowMs);
}

async function told(h: House): Promise<void> {
  const nowMs = h.world.clock.now();
  const fresh = await kept(h);
  for (const key of fresh) await h.store.outbox.add({ job: "detect", key, dueAtMs: null }, nowMs);
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
    await kept(h);
    await kept(h);
    const life = lifeUntil(endsAt);
    const doomed = await h.replica({
      store: h.store,
      outside: ({ store, ...rest }) => ({ ...rest, store: mortal(store, life) }),
    });
    // Without a row in the outbox: what was folded must lead to an incident by itself.
    const todo = { job: "detect", key: h.account, dueAtMs: null, wanted: 1, sinceMs: 0, attempts: 0 } as const;
    await doomed.jobs.detect(h.account, todo).catch((error: unknown) => expect(error).toBeInstanceOf(Death));
    // The sweep finds what was not folded, and a round later what it wished for then.
    await h.settle();
    await h.pass(1_000);
    const id = await onlyIncident(h);
    const counted = (await h.store.signals.bucketsSince(h.account, 0)).reduce((sum, { count }) => sum + count, 0);
    expect(counted, `killed before call ${endsAt} (${life.last})`).toBe(2 * endsAt);
    if (!life.isOver) {
      expect(endsAt).toBeGreaterThan(4);
      return;
    }
    await resolve(h, id);
    // Beyond the cool-down and beyond what the rules look at: the next signal is an attack of its own.
    h.world.clock.pass(2 * 60 * 60_000);
  }
});

test("of two workers that both find no incident, one opens it", async () => {
  const h = await house();
  await told(h);
  let isFirst = true;
  const slower = await h.replica({
    outside: ({ store, ...rest }) => ({
      ...rest,
      store: intercepted(store, async (name, call) => {
        if (name === "nextId" && isFirst) {
          isFirst = false;
          await h.work("detect", h.account);
        }
        return call();
      }),
    }),
  });
  await slower.work("detect", h.account);
  expect(isFirst, "the other worker came before").toBe(false);
  await h.pass(5_000);
  await onlyIncident(h);
  expect((await h.records()).filter(({ type }) => type === "incident-opened")).toHaveLength(1);
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
