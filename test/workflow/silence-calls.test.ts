import { expect, test } from "vitest";
import type { Alert } from "../../src/detection/contract.ts";
import type { IncidentId, SilenceId } from "../../src/lib/id.ts";
import { sendForm } from "../support/life.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const bySignal = { actor: { kind: "twilio" }, cause: "signal" } as const;

/** Ten minutes, whatever the fixture says. */
async function home(): Promise<House> {
  const h = await house();
  h.changePolicy(() => ({ remindAfterMs: 10 * MINUTE }));
  return h;
}

/** The messages that called somebody, e.g. `alarm`, in order. */
function calls(h: House): readonly string[] {
  return h.slack.messages.flatMap(({ subject, first }) =>
    first?.elements.some(({ kind }) => kind === "mention") === true ? [subject.split("-")[0] ?? ""] : [],
  );
}

async function passMinutes(h: House, minutes: number, step: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed += step) await h.pass(step * MINUTE);
}

async function silenced(h: House, incidentId: IncidentId, span: string): Promise<SilenceId> {
  const values = { what: "silence", span, reason: "a load test" };
  expect(await sendForm(h, { form: "quiet", incidentId }, values)).toEqual({ kind: "done" });
  const id = (await h.store.silences.activeOf(h.account)).at(-1);
  if (id === undefined) throw new Error("no silence");
  return id;
}

async function tell(h: House, id: IncidentId, type: "raise" | "absorb", changes: Partial<Alert>): Promise<void> {
  const before = await h.incident(id);
  if (before.status === "none") throw new Error("no incident");
  const alert: Alert = { ...before.alert, severity: "critical", lastSignalAtMs: h.world.clock.now(), ...changes };
  await h.executor.execute(h.machines.incident, id, { type, id, alert }, bySignal);
  await h.settle();
}

const becomesCritical = (h: House, id: IncidentId) => tell(h, id, "raise", {});

async function acknowledge(h: House, incidentId: IncidentId): Promise<void> {
  expect(await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId })).toEqual({ kind: "done" });
  await h.settle();
}

async function warning(h: House): Promise<IncidentId> {
  const id = await h.raise({ severity: "warning" });
  await h.settle();
  return id;
}

test("what became critical inside a silence calls people once when its time is over, though somebody had it before", async () => {
  const h = await home();
  const id = await warning(h);
  await acknowledge(h, id);
  const silenceId = await silenced(h, id, "1h");
  await h.pass(10 * MINUTE);
  await becomesCritical(h, id);
  expect(calls(h)).toEqual([]);
  await h.pass(50 * MINUTE);
  expect(calls(h)).toEqual(["alarm"]);
  expect(h.slack.messages.find(({ subject }) => subject.startsWith("alarm-"))?.card?.fallback).toContain("is over");
  await h.store.outbox.add({ job: "lapse", key: silenceId, dueAtMs: null }, h.world.clock.now());
  await passMinutes(h, 5 * 60, 60);
  expect(calls(h)).toEqual(["alarm"]);
});

test("ended by a person it calls at once, and not again when its time would have been over", async () => {
  const h = await home();
  const id = await warning(h);
  await acknowledge(h, id);
  const silenceId = await silenced(h, id, "4h");
  await becomesCritical(h, id);
  await h.pass(2 * HOUR);
  await h.handlers.press(ON_SLACK.dia, { action: "end-silence", silenceId });
  await h.settle();
  expect(calls(h)).toEqual(["alarm"]);
  await passMinutes(h, 6 * 60, 60);
  expect(calls(h)).toEqual(["alarm"]);
});

test("a critical incident that nobody acknowledged calls when its silence of a day is over, and reminders go on from there", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  expect(calls(h)).toEqual(["incident"]);
  await silenced(h, id, "24h");
  await passMinutes(h, 24 * 60, 6 * 60);
  expect(calls(h)).toEqual(["incident", "alarm"]);
  await passMinutes(h, 40, 10);
  expect(calls(h)).toEqual(["incident", "alarm", "reminder", "reminder"]);
});

test("a warning that nobody acknowledged is only reminded of again, however long it was silenced", async () => {
  const h = await home();
  const id = await warning(h);
  await silenced(h, id, "7d");
  await passMinutes(h, 7 * 24 * 60, 24 * 60);
  expect(calls(h)).toEqual([]);
  await passMinutes(h, 2 * 60, 30);
  expect(calls(h)).toEqual(["reminder"]);
});

test("what somebody took after it became critical calls nobody when the silence is over", async () => {
  const h = await home();
  const id = await warning(h);
  await silenced(h, id, "1h");
  await becomesCritical(h, id);
  await h.pass(MINUTE);
  await acknowledge(h, id);
  await passMinutes(h, 3 * 60, 30);
  expect(calls(h)).toEqual([]);
});

test("what people were called for before the silence does not call them again after it", async () => {
  const h = await home();
  const id = await warning(h);
  await acknowledge(h, id);
  await becomesCritical(h, id);
  expect(calls(h)).toEqual(["alarm"]);
  await h.pass(MINUTE);
  await silenced(h, id, "1h");
  await passMinutes(h, 3 * 60, 30);
  expect(calls(h)).toEqual(["alarm"]);
});

test("while another silence goes on nobody is called, and at its end for what the first one kept back", async () => {
  const h = await home();
  const id = await warning(h);
  await acknowledge(h, id);
  await silenced(h, id, "1h");
  await h.pass(10 * MINUTE);
  await becomesCritical(h, id);
  await h.pass(10 * MINUTE);
  const wide = { threat: "anything", span: "4h", reason: "a longer one" };
  expect(await sendForm(h, { form: "silence", accountSid: h.account }, wide)).toEqual({ kind: "done" });
  await h.pass(HOUR);
  expect(calls(h)).toEqual([]);
  await h.pass(4 * HOUR);
  expect(calls(h)).toEqual(["alarm"]);
});

test("a snooze that ends inside a silence keeps its promise when that is over", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  await acknowledge(h, id);
  expect(await sendForm(h, { form: "quiet", incidentId: id }, { what: "snooze", span: "30m" })).toEqual({
    kind: "done",
  });
  await silenced(h, id, "1h");
  const before = calls(h).length;
  await passMinutes(h, 50, 10);
  expect(calls(h)).toHaveLength(before);
  await passMinutes(h, 3 * 60, 10);
  expect(calls(h).slice(before)).toEqual(["alarm"]);
});

test("what is snoozed longer than it is silenced stays quiet until the snooze ends", async () => {
  const h = await home();
  const id = await h.raise();
  await h.settle();
  await silenced(h, id, "1h");
  expect(await sendForm(h, { form: "quiet", incidentId: id }, { what: "snooze", span: "4h" })).toEqual({
    kind: "done",
  });
  const before = calls(h).length;
  await h.pass(2 * HOUR);
  expect(calls(h)).toHaveLength(before);
  await h.pass(2 * HOUR);
  expect(calls(h).slice(before)).toEqual(["reminder"]);
});

test("an attack of another threat calls people through the silence of the incident that took its own in", async () => {
  const h = await home();
  const id = await warning(h);
  await silenced(h, id, "24h");
  await tell(h, id, "absorb", { threat: "verify-pumping", dedupKey: `${h.account}.verify-pumping` });
  expect(calls(h)).toEqual(["alarm"]);
  await passMinutes(h, 20, 10);
  expect(calls(h)).toEqual(["alarm", "reminder"]);
});

test("a worker that dies while it tells of a silence's end leaves it to the next", async () => {
  const h = await home();
  const id = await warning(h);
  await acknowledge(h, id);
  const silenceId = await silenced(h, id, "1h");
  await becomesCritical(h, id);
  const mortal = await h.replica({
    outside: (real) => ({
      ...real,
      store: {
        ...real.store,
        incidents: { ...real.store.incidents, unresolvedOf: () => Promise.reject(new Error("killed")) },
      },
    }),
  });
  h.world.clock.pass(HOUR);
  await mortal.work("lapse", silenceId);
  expect((await h.records()).at(-1)).toMatchObject({ type: "silence-lapsed" });
  await h.pass(HOUR);
  expect(calls(h)).toEqual(["alarm"]);
});
