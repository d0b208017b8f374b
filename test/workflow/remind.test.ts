import { expect, test } from "vitest";
import type { IncidentId } from "../../src/lib/id.ts";
import { sendForm } from "../support/life.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Ten minutes, whatever the fixture says. */
async function home(): Promise<House> {
  const h = await house();
  h.changePolicy(() => ({ remindAfterMs: 10 * MINUTE }));
  return h;
}

/** When each reminder was due, in minutes after the incident was opened. */
async function reminded(h: House, id: IncidentId): Promise<readonly number[]> {
  const incident = await h.incident(id);
  if (incident.status === "none") throw new Error("no incident");
  const due = h.slack.messages.flatMap(({ subject }) => {
    const [, dueAtMs] = new RegExp(`^reminder-${id}-(\\d+)$`).exec(subject) ?? [];
    return dueAtMs === undefined ? [] : [(Number(dueAtMs) - incident.openedAtMs) / MINUTE];
  });
  return due;
}

async function passMinutes(h: House, minutes: number, step = 5): Promise<void> {
  for (let passed = 0; passed < minutes; passed += step) await h.pass(step * MINUTE);
}

async function snooze(h: House, incidentId: IncidentId, span: string): Promise<void> {
  expect(await sendForm(h, { form: "quiet", incidentId }, { what: "snooze", span })).toEqual({ kind: "done" });
}

test("people are reminded of what nobody acknowledged, at doubled distances, and not once somebody has", async () => {
  const h = await home();
  const id = await h.raise();
  await passMinutes(h, 75);
  expect(await reminded(h, id)).toEqual([10, 30, 70]);
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id });
  await passMinutes(h, 120, 30);
  expect(await reminded(h, id)).toEqual([10, 30, 70]);
});

test("a timer that comes twice, late or on two replicas reminds once for each time", async () => {
  const h = await home();
  const id = await h.raise();
  await h.pass(10 * MINUTE);
  const todo = { job: "remind", key: id, dueAtMs: null, wanted: 1, sinceMs: 0, attempts: 0 } as const;
  const other = await h.replica();
  await Promise.all([h.jobs.remind(id, todo), other.jobs.remind(id, todo)]);
  await h.settle();
  await other.settle();
  await h.pass(MINUTE);
  await h.jobs.remind(id, todo);
  await h.settle();
  expect(await reminded(h, id)).toEqual([10]);
});

test("what was missed while we were down is not made up one by one", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  h.world.clock.pass(5 * HOUR);
  await h.settle();
  expect(await reminded(h, id)).toEqual([250]);
});

test("a snoozed incident is not reminded of until the snooze ends, and then it is", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  await snooze(h, id, "4h");
  await passMinutes(h, 235, 47);
  expect(await reminded(h, id)).toEqual([]);
  await passMinutes(h, 10);
  expect(await reminded(h, id)).toEqual([240]);
});

test("an incident that becomes critical is not snoozed any more, and people are called and reminded", async () => {
  const h = await home();
  const id = await h.raise({ severity: "warning" });
  await h.settle();
  await snooze(h, id, "24h");
  await h.pass(5 * MINUTE);
  const before = await h.incident(id);
  if (before.status === "none") throw new Error("no incident");
  const alert = { ...before.alert, severity: "critical" } as const;
  const because = { actor: { kind: "twilio" }, cause: "signal" } as const;
  await h.executor.execute(h.machines.incident, id, { type: "raise", id, alert }, because);
  await h.settle();
  expect(h.slack.messages.some(({ subject }) => subject.startsWith(`alarm-${id}-`))).toBe(true);
  await passMinutes(h, 12, 3);
  expect(await reminded(h, id)).toEqual([15]);
});

test("a woken incident is reminded of some time later, not at once for what it slept through", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  await snooze(h, id, "24h");
  await h.pass(2 * HOUR);
  expect(await h.handlers.press(ON_SLACK.ann, { action: "wake", incidentId: id })).toEqual({ kind: "done" });
  await h.settle();
  expect(await reminded(h, id)).toEqual([]);
  await h.pass(10 * MINUTE);
  expect(await reminded(h, id)).toEqual([130]);
});

test("an incident that is silenced is not reminded of, and is again when the silence is over", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  const values = { what: "silence", span: "1h", reason: "a load test" };
  expect(await sendForm(h, { form: "quiet", incidentId: id }, values)).toEqual({ kind: "done" });
  await passMinutes(h, 55);
  expect(await reminded(h, id)).toEqual([]);
  await passMinutes(h, 20);
  expect(await reminded(h, id)).toEqual([70]);
});

test("whoever snoozed what is acknowledged is told at its end, once", async () => {
  const h = await home();
  const id = await h.raise();
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id });
  await snooze(h, id, "1h");
  await passMinutes(h, 180, 20);
  expect(await reminded(h, id)).toEqual([60]);
  const [reminder] = h.slack.messages.filter(({ subject }) => subject.startsWith("reminder-"));
  const mention = reminder?.first?.elements.find(({ kind }) => kind === "mention");
  expect(mention).toMatchObject({ people: ["ann"] });
});

test("where the policy says never, nobody is reminded", async () => {
  const h = await home();
  h.changePolicy(() => ({ remindAfterMs: 0 }));
  const id = await h.raise();
  await passMinutes(h, 120, 30);
  expect(await reminded(h, id)).toEqual([]);
});

test("reminders that are switched on later come for what is open already, and so they do after an update", async () => {
  const h = await home();
  h.changePolicy(() => ({ remindAfterMs: 0 }));
  const id = await h.raise();
  await passMinutes(h, 60, 10);
  expect(await reminded(h, id)).toEqual([]);
  h.changePolicy(() => ({ remindAfterMs: 10 * MINUTE }));
  await passMinutes(h, 15);
  expect(await reminded(h, id)).toEqual([30, 70]);
});

test("what is acknowledged has no reminder waiting, however often it is looked at", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id });
  await passMinutes(h, 60, 10);
  expect(await h.store.outbox.load("remind", id)).toBeNull();
});

/** Whom each reminder called. */
function called(h: House): readonly (readonly string[])[] {
  return h.slack.messages.flatMap(({ subject, first }) => {
    const mention = first?.elements.find(({ kind }) => kind === "mention");
    return subject.startsWith("reminder-") && mention?.kind === "mention" ? [mention.people] : [];
  });
}

test("the assignee is reminded alone once, and everybody after that", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  expect(await sendForm(h, { form: "assign", incidentId: id }, { person: "ben" })).toEqual({ kind: "done" });
  await passMinutes(h, 35);
  expect(called(h)).toEqual([["ben"], ["ann", "ben", "dia"]]);
});

test("an assignee who left the roster is not reminded in place of everybody", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  await sendForm(h, { form: "assign", incidentId: id }, { person: "ben" });
  h.changePolicy(({ people }) => ({ people: people.filter((person) => person.id !== "ben") }));
  await passMinutes(h, 15);
  expect(called(h)).toEqual([["ann", "dia"]]);
});

test("an assignee is told by whom, once, in the thread of the card; who takes it is not", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  await sendForm(h, { form: "assign", incidentId: id }, { person: "ben" });
  await h.settle();
  const told = () => h.slack.messages.filter(({ subject }) => subject.startsWith(`assigned-${id}-`));
  expect(told()).toHaveLength(1);
  expect(told()[0]?.thread).toEqual(h.slack.of(`incident-${id}`)[0]?.ref);
  expect(told()[0]?.first?.elements).toContainEqual({
    kind: "mention",
    people: ["ben"],
    text: expect.stringContaining("Ann Ito"),
  });
  await sendForm(h, { form: "assign", incidentId: id }, { person: "ann" });
  await h.settle();
  expect(told()).toHaveLength(1);
});
