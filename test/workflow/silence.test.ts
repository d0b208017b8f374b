import { expect, test } from "vitest";
import type { IncidentId, SilenceId } from "../../src/lib/id.ts";
import { resolve, sendForm } from "../support/life.ts";
import { ON_SLACK } from "../support/roster.ts";
import { crossing } from "../support/signals.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const QUIET = { threat: "anything", span: "1h", reason: "a load test" };

let deliveries = 0;

/** A usage trigger fired: Twilio's webhook, kept and looked at. */
async function attack(h: House): Promise<void> {
  deliveries += 1;
  const nowMs = h.world.clock.now();
  const signal = crossing({ accountSid: h.account, atMs: nowMs });
  const fresh = await h.store.signals.keep([{ sourceKey: `silence-${deliveries}`, signal }], nowMs);
  for (const key of fresh) await h.store.outbox.add({ job: "detect", key, dueAtMs: null }, nowMs);
  await h.settle();
}

async function silence(h: House, values = QUIET): Promise<SilenceId> {
  expect(await sendForm(h, { form: "silence", accountSid: h.account }, values)).toEqual({ kind: "done" });
  const id = (await h.store.silences.activeOf(h.account)).at(-1);
  if (id === undefined) throw new Error("no silence");
  return id;
}

async function unresolved(h: House): Promise<readonly IncidentId[]> {
  return h.store.incidents.unresolved();
}

/** Whom the message called when it was posted. */
function mentions(h: House, subject: string): readonly string[] {
  return h.slack
    .of(subject)
    .flatMap(
      ({ first }) => first?.elements.flatMap((element) => (element.kind === "mention" ? element.people : [])) ?? [],
    );
}

async function typed(h: House, type: string) {
  return (await h.records()).filter((record) => record.type === type);
}

test("silenced, an attack opens no incident and calls nobody, and is remembered once", async () => {
  const h = await house();
  await silence(h);
  for (let time = 0; time < 3; time += 1) await attack(h);
  expect(await unresolved(h)).toEqual([]);
  expect(h.slack.messages.filter(({ channel }) => channel.role === "incident")).toEqual([]);
  expect(await typed(h, "silence-held-back")).toMatchObject([{ actor: { kind: "twilio" }, cause: "signal" }]);
});

test("ended by a person, the attack that goes on opens an incident at once, without another signal", async () => {
  const h = await house();
  const silenceId = await silence(h);
  await attack(h);
  expect(await h.handlers.press(ON_SLACK.dia, { action: "end-silence", silenceId })).toMatchObject({ kind: "told" });
  await h.settle();
  expect(await unresolved(h)).toHaveLength(1);
  expect(await typed(h, "silence-ended")).toMatchObject([{ actor: { personId: "dia" } }]);
});

test("over by itself, the attack that goes on opens an incident at once, and its timer twice does no harm", async () => {
  const h = await house();
  const silenceId = await silence(h, { ...QUIET, span: "30m" });
  const todo = await h.store.outbox.load("lapse", silenceId);
  if (todo === null) throw new Error("no timer was set");
  await h.pass(10 * MINUTE);
  await attack(h);
  expect(await h.jobs.lapse(silenceId, todo)).toEqual({ kind: "later", atMs: todo.dueAtMs });
  expect(await unresolved(h)).toEqual([]);
  await h.pass(20 * MINUTE);
  expect(await unresolved(h)).toHaveLength(1);
  const records = (await h.records()).length;
  expect(await h.jobs.lapse(silenceId, todo)).toEqual({ kind: "done" });
  expect(await h.records()).toHaveLength(records);
  expect(await typed(h, "silence-lapsed")).toHaveLength(1);
});

/** The money of a day is told once, however long the attack goes on. */
test.each([
  ["its time is over", async (h: House) => void (await h.pass(4 * HOUR))],
  [
    "a person ends it",
    async (h: House, silenceId: SilenceId) => {
      await h.pass(3 * HOUR);
      expect(await h.handlers.press(ON_SLACK.dia, { action: "end-silence", silenceId })).toMatchObject({
        text: "The silence is over. What it held back opens an incident at once: Toll fraud suspected: outbound calls.",
      });
      await h.settle();
    },
  ],
])("an attack of hours ago opens an incident and calls people when %s, once", async (_when, end) => {
  const h = await house();
  const silenceId = await silence(h, { ...QUIET, span: "4h" });
  await h.pass(30 * MINUTE);
  await attack(h);
  expect(await unresolved(h)).toEqual([]);
  await end(h, silenceId);
  const [id] = await unresolved(h);
  if (id === undefined) throw new Error("nobody heard of it");
  expect(mentions(h, `incident-${id}`)).toEqual(["ann", "ben", "dia"]);
  expect(h.slack.of(`details-${id}`)).toHaveLength(1);
  expect(JSON.stringify(h.slack.of(`details-${id}`)[0]?.card)).toContain("a load test");
  // Whatever comes late or twice, what people are done with stays so.
  h.world.clock.pass(MINUTE);
  await resolve(h, id);
  await h.store.outbox.add({ job: "lapse", key: silenceId, dueAtMs: null }, h.world.clock.now());
  await h.pass(8 * HOUR);
  expect(await unresolved(h)).toEqual([]);
  expect(await typed(h, "incident-opened")).toHaveLength(1);
});

test("what another silence still covers is held back by that one, and heard at its end", async () => {
  const h = await house();
  await silence(h, { ...QUIET, threat: "toll-fraud", span: "1h" });
  await silence(h, { ...QUIET, span: "4h" });
  await h.pass(10 * MINUTE);
  await attack(h);
  await h.pass(2 * HOUR);
  expect(await unresolved(h)).toEqual([]);
  expect(await typed(h, "silence-held-back")).toHaveLength(2);
  await h.pass(2 * HOUR);
  expect(await unresolved(h)).toHaveLength(1);
});

test("an attack after an incident that was reopened and resolved inside the silence is not lost with the one before it", async () => {
  const h = await house();
  await attack(h);
  const [id] = await unresolved(h);
  if (id === undefined) throw new Error("no incident");
  await h.pass(MINUTE);
  await resolve(h, id);
  await silence(h, { ...QUIET, span: "24h" });
  await h.pass(2 * HOUR);
  await attack(h);
  await h.pass(MINUTE);
  expect(await h.handlers.press(ON_SLACK.ann, { action: "reopen", incidentId: id })).toMatchObject({ kind: "done" });
  await resolve(h, id);
  await h.pass(MINUTE);
  await attack(h);
  expect(await typed(h, "silence-held-back")).toHaveLength(2);
  await h.pass(22 * HOUR);
  expect(await unresolved(h)).toHaveLength(1);
});

test("ended while a wider one goes on, its clicker is told that nothing opens yet", async () => {
  const h = await house();
  const narrow = await silence(h, { ...QUIET, threat: "toll-fraud", span: "4h" });
  await silence(h, { ...QUIET, span: "24h" });
  await attack(h);
  expect(await h.handlers.press(ON_SLACK.dia, { action: "end-silence", silenceId: narrow })).toEqual({
    kind: "told",
    text: "This silence is over, but Ann Ito has silenced anything here for 24 hours more: until then no incident opens for that.",
  });
  await h.settle();
  expect(await unresolved(h)).toEqual([]);
});

test("what a person reports is heard through any silence, and is not silenced itself", async () => {
  const h = await house();
  await silence(h, { ...QUIET, span: "4h" });
  const form = { form: "open-incident", accountSid: h.account } as const;
  await sendForm(h, form, { summary: "I see calls to Latvia", severity: "critical" }, ON_SLACK.dia);
  await h.settle();
  const [incidentId] = await unresolved(h);
  if (incidentId === undefined) throw new Error("no incident");
  expect(mentions(h, `incident-${incidentId}`)).toEqual(["ann", "ben", "dia"]);
  const dialog = await h.handlers.press(ON_SLACK.ann, { action: "quiet", incidentId });
  if (dialog.kind !== "dialog") throw new Error("no dialog");
  expect(JSON.stringify(dialog.opening)).toContain("What a person reports is never silenced");
  const values = { what: "silence", span: "4h", reason: "a load test" };
  expect(await sendForm(h, { form: "quiet", incidentId }, values)).toMatchObject({ kind: "errors" });
  const wanted = { ...QUIET, threat: "reported-by-person" };
  expect(await sendForm(h, { form: "silence", accountSid: h.account }, wanted)).toMatchObject({ kind: "errors" });
});

test("a silence whose timer is late holds nothing back any more", async () => {
  const h = await house();
  await silence(h, { ...QUIET, span: "30m" });
  // Nobody works on the timer: the sweep is late.
  h.world.clock.pass(30 * MINUTE);
  const nowMs = h.world.clock.now();
  await h.store.signals.keep(
    [{ sourceKey: "silence-late", signal: crossing({ accountSid: h.account, atMs: nowMs }) }],
    nowMs,
  );
  await h.store.outbox.add({ job: "detect", key: h.account, dueAtMs: null }, nowMs);
  await h.work("detect", h.account);
  expect(await unresolved(h)).toHaveLength(1);
});

test("a running incident hears its alerts through a silence, and one that was resolved is not reopened", async () => {
  const h = await house();
  await attack(h);
  const [id] = await unresolved(h);
  if (id === undefined) throw new Error("no incident");
  await silence(h);
  await attack(h);
  expect(await unresolved(h)).toEqual([id]);
  expect(await typed(h, "silence-held-back")).toEqual([]);
  await resolve(h, id);
  h.world.clock.pass(MINUTE);
  await attack(h);
  expect(await unresolved(h)).toEqual([]);
  expect(await typed(h, "silence-held-back")).toHaveLength(1);
});

test("a silence of one threat lets the others through, and one of the incident's own threat is on its card", async () => {
  const h = await house();
  await silence(h, { ...QUIET, threat: "verify-pumping" });
  await attack(h);
  const [incidentId] = await unresolved(h);
  if (incidentId === undefined) throw new Error("no incident");
  const shown = () => JSON.stringify(h.slack.of(`incident-${incidentId}`)[0]?.card);
  expect(shown()).not.toContain("load test");
  const values = { what: "silence", span: "4h", reason: "a load test" };
  expect(await sendForm(h, { form: "quiet", incidentId }, values)).toEqual({ kind: "done" });
  await h.pass(5_000);
  expect(shown()).toMatch(/[Ss]ilenced/);
  await h.pass(5 * HOUR);
  expect(shown()).not.toMatch(/[Ss]ilenced/);
});

test("before it is sent, the dialog says what would have been held back in the last thirty days", async () => {
  const h = await house();
  await attack(h);
  const [id] = await unresolved(h);
  if (id === undefined) throw new Error("no incident");
  const answer = await h.handlers.press(ON_SLACK.ann, { action: "silence", accountSid: h.account });
  if (answer.kind !== "dialog") throw new Error("no dialog");
  expect(JSON.stringify(answer.opening.elements)).toContain("1 incident");
  await h.pass(31 * 24 * HOUR);
  const later = await h.handlers.press(ON_SLACK.ann, { action: "silence", accountSid: h.account });
  if (later.kind !== "dialog") throw new Error("no dialog");
  expect(JSON.stringify(later.opening.elements)).toContain("nothing");
});
