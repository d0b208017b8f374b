import { expect, test } from "vitest";
import type { IncidentId } from "../../src/lib/id.ts";
import { resolve, sendForm } from "../support/life.ts";
import { crossing } from "../support/signals.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE = 60_000;
let deliveries = 0;

/** What Twilio's webhook brings; answers the incident that is there for it then. */
async function attack(h: House): Promise<void> {
  deliveries += 1;
  const nowMs = h.world.clock.now();
  const signal = crossing({ accountSid: h.account, atMs: nowMs });
  const fresh = await h.store.signals.keep([{ sourceKey: `merge-${deliveries}`, signal }], nowMs);
  for (const key of fresh) await h.store.outbox.add({ job: "detect", key, dueAtMs: null }, nowMs);
  await h.settle();
}

async function opened(h: House): Promise<IncidentId> {
  const before = await h.store.incidents.unresolved();
  await attack(h);
  const id = (await h.store.incidents.unresolved()).find((one) => !before.includes(one));
  if (id === undefined) throw new Error("no incident was opened");
  return id;
}

async function merge(h: House, incidentId: IncidentId, incident: IncidentId): Promise<void> {
  expect(await sendForm(h, { form: "merge", incidentId }, { incident })).toEqual({ kind: "done" });
}

async function about(h: House, id: IncidentId) {
  const incident = await h.incident(id);
  if (incident.status === "none") throw new Error("no such incident");
  const { dedupKey, threat, accountSid, category } = incident.alert;
  return { dedupKey, threat, accountSid, category };
}

test("alerts of an incident that was merged come to the one that goes on, which stays what it is about", async () => {
  const h = await house();
  const from = await opened(h);
  const into = await h.raise({ severity: "warning", countries: [] });
  const before = await about(h, into);
  await merge(h, from, into);
  h.world.clock.pass(MINUTE);
  await attack(h);
  expect(await h.store.incidents.unresolved()).toEqual([into]);
  expect((await h.incident(from)).status).toBe("resolved");
  expect(await about(h, into)).toEqual(before);
  // And it has heard: what was a warning is critical now.
  expect(await h.incident(into)).toMatchObject({ alert: { severity: "critical" } });
  expect((await h.records()).filter(({ type }) => type === "incident-escalated")).toMatchObject([{ incidentId: into }]);
});

test("they follow a merge of merges to its end", async () => {
  const h = await house();
  const first = await opened(h);
  const [second, third] = [await h.raise(), await h.raise()];
  await merge(h, first, second);
  await merge(h, second, third);
  h.world.clock.pass(MINUTE);
  await attack(h);
  expect(await h.store.incidents.unresolved()).toEqual([third]);
});

test("when the one that went on is resolved, what came before opens nothing, and what comes after is not lost", async () => {
  const h = await house();
  const from = await opened(h);
  const into = await h.raise();
  await merge(h, from, into);
  h.world.clock.pass(MINUTE);
  await attack(h);
  h.world.clock.pass(MINUTE);
  await resolve(h, into);
  await h.store.outbox.add({ job: "detect", key: h.account, dueAtMs: null }, h.world.clock.now());
  await h.settle();
  expect(await h.store.incidents.unresolved()).toEqual([]);

  h.world.clock.pass(MINUTE);
  await attack(h);
  expect(await h.store.incidents.unresolved()).toEqual([from]);
  expect(await h.incident(from)).toMatchObject({ status: "open" });
});

test("long after both are over, an attack is an incident of its own", async () => {
  const h = await house();
  const from = await opened(h);
  const into = await h.raise();
  await merge(h, from, into);
  await resolve(h, into);
  await h.pass(2 * 60 * MINUTE);
  const fresh = await opened(h);
  expect([from, into]).not.toContain(fresh);
});

test("two that were merged into each other in the same moment lose no alert", async () => {
  const h = await house();
  const [one, other] = [await opened(h), await h.raise()];
  const actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" } as const;
  const because = { actor, cause: "click" } as const;
  // Both were open when each was looked at.
  await h.executor.execute(h.machines.incident, one, { type: "merge", by: actor, into: other }, because);
  await h.executor.execute(h.machines.incident, other, { type: "merge", by: actor, into: one }, because);
  h.world.clock.pass(MINUTE);
  await attack(h);
  expect(await h.store.incidents.unresolved()).toEqual([one]);
});
