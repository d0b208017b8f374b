import { expect, test } from "vitest";
import type { IncidentId } from "../../src/lib/id.ts";
import { resolve, sendForm } from "../support/life.ts";
import { ON_SLACK } from "../support/roster.ts";
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

const FAR = 24 * 60 * MINUTE;

test("an attack that begins anew long after its incident was merged is an incident of its own, and calls people", async () => {
  const h = await house();
  const from = await opened(h);
  const into = await h.raise({ countries: ["LV"] });
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: into });
  await merge(h, from, into);
  await h.pass(5 * FAR);
  const fresh = await opened(h);
  expect([from, into]).not.toContain(fresh);
  const card = h.slack.of(`incident-${fresh}`)[0];
  expect(card?.first?.elements.some(({ kind }) => kind === "mention")).toBe(true);
});

test("while a merged threat goes on it stays merged, and the record says so now and then", async () => {
  const h = await house();
  const from = await opened(h);
  const into = await h.raise();
  await merge(h, from, into);
  const { reopenWithinMs } = h.policy();
  const everyMs = reopenWithinMs / 6;
  for (let passedMs = 0; passedMs < 3 * reopenWithinMs; passedMs += everyMs) {
    h.world.clock.pass(everyMs);
    await attack(h);
  }
  expect(await h.store.incidents.unresolved()).toEqual([into]);
  const told = (await h.records()).filter(({ type }) => type === "incident-passed-on");
  expect(told.length).toBeGreaterThanOrEqual(3);
  expect(told.length).toBeLessThanOrEqual(6);
  expect(told[0]).toMatchObject({ incidentId: from, data: { into } });
});

test("the one that goes on is as bad as what it took in, and people are called to that", async () => {
  const h = await house();
  const from = await h.raise({ severity: "critical", countries: ["CU"] });
  const into = await h.raise({ severity: "warning", countries: [] });
  await h.settle();
  await merge(h, from, into);
  await h.settle();
  expect(await h.incident(into)).toMatchObject({
    alert: { severity: "critical" },
    countries: expect.arrayContaining(["CU"]),
  });
  expect(h.slack.messages.some(({ subject }) => subject.startsWith(`alarm-${into}-`))).toBe(true);
});

test("incidents of two accounts are not merged: the card and its buttons know one account", async () => {
  const h = await house();
  const from = await h.raise();
  const [near, far] = [await h.raise(), await h.raise({ accountSid: h.world.notifications })];
  const pressed = await h.handlers.press(ON_SLACK.ann, { action: "merge", incidentId: from });
  if (pressed.kind !== "dialog") throw new Error("no dialog");
  const [field] = (await pressed.fill()).fields;
  const offered = field?.kind === "choose-one" ? field.options.map(({ value }) => value) : [];
  expect(offered).toEqual([near]);
  expect(await sendForm(h, { form: "merge", incidentId: from }, { incident: far })).toMatchObject({
    kind: "told",
    text: expect.stringContaining("another account"),
  });
  expect((await h.incident(from)).status).toBe("open");
  expect(await h.incident(far)).toMatchObject({ merged: [] });
  expect((await h.records()).at(-1)).toMatchObject({
    type: "refused",
    incidentId: from,
    data: { attempted: "merge", refusal: "another-account" },
  });
});

test("nothing is taken in when the one that is to end was resolved meanwhile, or the other one was", async () => {
  const h = await house();
  const [from, into] = [await h.raise(), await h.raise()];
  await resolve(h, into);
  expect(await sendForm(h, { form: "merge", incidentId: from }, { incident: into })).toMatchObject({ kind: "told" });
  expect((await h.incident(from)).status).toBe("open");
  expect(await h.incident(into)).toMatchObject({ merged: [] });
});

test.each([
  ["that is far too long", "x".repeat(9_000)],
  ["with a character that no database takes", "a\u0000b"],
  ["that nobody knows", "4711"],
])("a forged incident %s is refused and audited, and does no harm to what others do", async (_how, forged) => {
  const h = await house();
  const [from, beside] = [await h.raise(), await h.raise()];
  const [merged, acknowledged] = await Promise.all([
    sendForm(h, { form: "merge", incidentId: from }, { incident: forged }),
    h.handlers.press(ON_SLACK.ben, { action: "acknowledge", incidentId: beside }),
  ]);
  expect(merged).toMatchObject({ kind: "told", text: expect.stringContaining("does not know this incident") });
  expect(acknowledged).toEqual({ kind: "done" });
  expect((await h.records()).filter(({ type }) => type === "refused")).toMatchObject([
    { incidentId: from, data: { attempted: "merge", refusal: "unknown-incident" } },
  ]);
});

test.each([
  ["undo.a\u0000b", "unknown-remediation"],
  [`undo.${"x".repeat(9_000)}`, "unknown-remediation"],
  ["a\u0000b", "unknown-remediation"],
  ["no-such-thing", "unknown-remediation"],
])("a forged choice of more remediations is refused and audited", async (forged, refusal) => {
  const h = await house();
  const id = await h.raise();
  expect(await sendForm(h, { form: "more", incidentId: id }, { remediation: forged })).toMatchObject({ kind: "told" });
  expect((await h.records()).filter(({ type }) => type === "refused")).toMatchObject([
    { incidentId: id, data: { refusal } },
  ]);
});

test("two people who merge two incidents into each other in the same moment end one of them", async () => {
  const h = await house();
  const other = await h.replica();
  for (let round = 0; round < 5; round += 1) {
    const [one, two] = [await h.raise(), await h.raise()];
    const answers = await Promise.all([
      sendForm(h, { form: "merge", incidentId: one }, { incident: two }),
      sendForm(other, { form: "merge", incidentId: two }, { incident: one }, ON_SLACK.ben),
    ]);
    expect(answers.filter(({ kind }) => kind === "done")).toHaveLength(1);
    const left = (await h.store.incidents.unresolved()).filter((id) => id === one || id === two);
    expect(left).toHaveLength(1);
  }
});
