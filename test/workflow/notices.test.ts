import { expect, test } from "vitest";
import type { Actor } from "../../src/audit/envelope.ts";
import { Fault } from "../../src/lib/fault.ts";
import { type AccountSid, type IncidentId, randomId, type SilenceId } from "../../src/lib/id.ts";
import { reminderSubject, reportSubject } from "../../src/notice/subjects.ts";
import { alertFixture } from "../support/fixtures.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const MINUTE_MS = 60_000;
const ANN: Actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" };
const byClick = { actor: ANN, cause: "click" } as const;

async function notify(h: House, subject: string): Promise<void> {
  await h.store.outbox.add({ job: "notify", key: `slack.${subject}`, dueAtMs: null }, h.world.clock.now());
  await h.work("notify", `slack.${subject}`);
}

async function silence(h: House, accountSid: AccountSid): Promise<void> {
  const id = randomId() as SilenceId;
  const untilMs = h.world.clock.now() + 60 * MINUTE_MS;
  const command = { type: "silence", id, accountSid, threat: null, by: ANN, reason: "A campaign", untilMs } as const;
  expect((await h.executor.execute(h.machines.silence, id, command, byClick)).accepted).toBe(true);
}

const shown = (h: House, subject: string) => JSON.stringify(h.slack.of(subject).map(({ card }) => card));

test("a reminder is posted once in the thread, while the incident is open", async () => {
  const h = await house();
  const id = await h.raise();
  await h.settle();
  const subject = reminderSubject(id, h.world.clock.now());
  await notify(h, subject);
  await notify(h, subject);
  expect(h.slack.of(subject)).toHaveLength(1);
  expect(h.slack.of(subject)[0]?.thread).toEqual(h.slack.of(`incident-${id}`)[0]?.ref);
});

test.each([
  [
    "acknowledged",
    (h: House, id: IncidentId) => h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id }),
  ],
  [
    "snoozed",
    (h: House, id: IncidentId) => {
      const untilMs = h.world.clock.now() + 60 * MINUTE_MS;
      return h.executor.execute(h.machines.incident, id, { type: "snooze", by: ANN, untilMs }, byClick);
    },
  ],
  ["silenced", (h: House) => silence(h, h.account)],
])("nobody is reminded of an incident that is %s meanwhile", async (_how, quieten) => {
  const h = await house();
  const id = await h.raise();
  await h.settle();
  await quieten(h, id);
  const subject = reminderSubject(id, h.world.clock.now());
  await notify(h, subject);
  expect(h.slack.of(subject)).toEqual([]);
});

test("a silenced incident says so, and its card calls nobody", async () => {
  const h = await house();
  const calling = await h.raise();
  await h.settle();
  expect(shown(h, `incident-${calling}`)).toContain('"mention"');
  await silence(h, h.account);
  const silenced = await h.raise();
  await h.settle();
  expect(shown(h, `incident-${silenced}`)).toContain("Everything on this account is silenced");
  expect(shown(h, `incident-${silenced}`)).not.toContain('"mention"');
  expect(h.slack.of(`incident-${silenced}`)[0]?.first?.elements.some(({ kind }) => kind === "mention")).toBe(false);
});

test("the report of an incident is a file in its thread, told from the record, one for each time somebody asks", async () => {
  const h = await house();
  const id = await h.raise();
  await h.settle();
  await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id });
  await h.grant(id, "suspend-subaccount");
  await h.pass(4 * MINUTE_MS);
  await notify(h, reminderSubject(id, h.world.clock.now()));
  const resolve = {
    type: "resolve",
    by: ANN,
    cause: "fraud-stopped",
    note: "Keys were in a public repository",
  } as const;
  await h.executor.execute(h.machines.incident, id, resolve, byClick);
  await h.settle();

  await h.handlers.press(ON_SLACK.ann, { action: "report", incidentId: id });
  await h.settle();
  const reports = () => h.slack.messages.filter(({ subject }) => subject.startsWith("report-"));
  expect(reports()).toHaveLength(1);
  const { file, thread, subject } = reports()[0] ?? {};
  expect(thread).toEqual(h.slack.of(`incident-${id}`)[0]?.ref);
  expect(file?.name).toBe(`incident-${id}.md`);
  for (const words of [
    "Cause: Fraud, stopped",
    "Note: Keys were in a public repository",
    "Ann Ito (Slack) acknowledged",
    "approved by Ben Okafor",
    "Verified:",
    "Contained: ",
    "tollgate audit verify",
  ])
    expect(file?.text).toContain(words);
  expect(file?.text).not.toContain("undefined");

  await notify(h, subject ?? "");
  expect(reports()).toHaveLength(1);
  await notify(h, reportSubject(id, h.world.clock.now() + 1));
  expect(reports()).toHaveLength(2);
});

test("a report tells of the silence that delayed its incident, and of one from its card, but of no other", async () => {
  const h = await house();
  const silenceOf = async (threat: string | null, reason: string, forMs: number, incidentId?: IncidentId) => {
    const untilMs = h.world.clock.now() + forMs;
    const about = { threat, reason, untilMs, ...(incidentId === undefined ? {} : { incidentId }) };
    const command = { type: "silence", id: randomId() as SilenceId, accountSid: h.account, by: ANN, ...about } as const;
    expect((await h.executor.execute(h.machines.silence, command.id, command, byClick)).accepted).toBe(true);
  };
  await silenceOf("toll-fraud", "LONG OVER", MINUTE_MS);
  await h.pass(2 * MINUTE_MS);
  await silenceOf(null, "A LOAD TEST", 60 * MINUTE_MS);
  await silenceOf("verify-pumping", "ANOTHER THREAT", 60 * MINUTE_MS);
  const attackedAtMs = h.world.clock.now();
  await h.pass(61 * MINUTE_MS);
  const id = await h.raise({ firstSignalAtMs: attackedAtMs, lastSignalAtMs: attackedAtMs });
  await h.settle();
  await silenceOf("toll-fraud", "WE KNOW IT", 60 * MINUTE_MS, id);
  await h.pass(61 * MINUTE_MS);
  const subject = reportSubject(id, h.world.clock.now());
  await notify(h, subject);
  const text = h.slack.of(subject)[0]?.file?.text;
  for (const words of ["A LOAD TEST", "WE KNOW IT", "its time was over"]) expect(text).toContain(words);
  for (const words of ["LONG OVER", "ANOTHER THREAT"]) expect(text).not.toContain(words);
  expect(text?.split("WE KNOW IT")).toHaveLength(2);
  const about = { about: "incident", incidentId: id } as const;
  expect((await h.store.audit.search(about, 100)).map(({ stream }) => stream)).toContainEqual(
    expect.stringMatching(/^silence-/),
  );
});

test("a report whose answer was lost is found and not posted twice", async () => {
  const h = await house();
  const id = await h.raise({ category: null });
  await h.settle();
  const subject = reportSubject(id, h.world.clock.now());
  h.slack.failNext("postFile", new Fault("timeout", "Slack did not answer in time"), "after");
  await notify(h, subject);
  await h.pass(10_000);
  expect(h.slack.calls).toContain(`find ${subject}`);
  expect(h.slack.of(subject)).toHaveLength(1);
});

test.each([
  ["refuses", new Fault("rejected", "slack: answered", { code: "file_type_not_allowed" })],
  ["lacks the permission for", new Fault("unauthorised", "slack: answered", { code: "missing_scope" })],
])(
  "a report that the platform %s is told of in its place, once, and nobody calls the platform down",
  async (_how, fault) => {
    const h = await house({ platforms: ["slack", "teams"] });
    const id = await h.raise({ category: null });
    await h.settle();
    const { postFile } = h.slack;
    h.slack.postFile = (file) => {
      h.slack.failNext("postFile", fault);
      return postFile(file);
    };
    await h.handlers.press(ON_SLACK.ann, { action: "report", incidentId: id });
    await h.settle();
    for (let step = 0; step < 10; step += 1) await h.pass(10_000);
    const told = h.slack.messages.filter(({ subject }) => subject.startsWith("report-"));
    expect(told).toMatchObject([{ file: null, thread: h.slack.of(`incident-${id}`)[0]?.ref }]);
    expect(JSON.stringify(told[0]?.card)).toContain("The report could not be posted");
    expect(h.slack.calls.filter((call) => call.startsWith("postFile"))).toHaveLength(1);
    await h.handlers.press(ON_SLACK.ann, { action: "acknowledge", incidentId: id });
    await h.settle();
    expect(h.teams.text()).not.toContain("does not take messages now");
    expect((await h.store.outbox.oldest(h.world.clock.now())).filter(({ job }) => job === "notify")).toEqual([]);
    expect(h.logged()).toContain("a file was refused");
  },
);

test("a report whose thread is gone for good does not wait for ever", async () => {
  const h = await house();
  const id = await h.raise({ category: null });
  await h.settle();
  const gone = new Fault("not-found", "slack: answered", { code: "thread_not_found" });
  const { postFile } = h.slack;
  h.slack.postFile = (file) => {
    h.slack.failNext("postFile", gone);
    return postFile(file);
  };
  await h.handlers.press(ON_SLACK.ann, { action: "report", incidentId: id });
  for (let step = 0; step < 20; step += 1) await h.pass(10_000);
  const told = h.slack.messages.filter(({ subject }) => subject.startsWith("report-"));
  expect(told).toMatchObject([{ file: null }]);
});

test("an incident that took another one in names it", async () => {
  const h = await house();
  const [one, other] = [await h.raise(), await h.raise({ threat: "sip-attack" })];
  await h.settle();
  const takeIn = { type: "take-in", by: ANN, from: other, alert: alertFixture() } as const;
  await h.executor.execute(h.machines.incident, one, takeIn, byClick);
  await h.settle();
  // Not before that one has ended: somebody may have resolved it in this moment.
  expect(shown(h, `incident-${one}`)).not.toContain(`incident ${other}`);
  await h.executor.execute(h.machines.incident, other, { type: "merge", by: ANN, into: one }, byClick);
  await h.settle();
  expect(shown(h, `incident-${one}`)).toContain(`incident ${other} (SIP attack`);
});
