import { expect, test } from "vitest";
import type { Actor } from "../../src/audit/envelope.ts";
import type { IncidentEvent } from "../../src/incident/contract.ts";
import { evolveIncident, noIncident } from "../../src/incident/evolve.ts";
import { evolveSilence, noSilence } from "../../src/incident/silence-decide.ts";
import type { IncidentId, PersonId, SilenceId } from "../../src/lib/id.ts";
import { createMachines } from "../../src/workflow/machines.ts";
import { parseSubject } from "../../src/workflow/subjects.ts";
import { ACCOUNT, alertFixture } from "../support/fixtures.ts";

const id = "7" as IncidentId;
const { incident, silence } = createMachines(["slack"], () => ({ reopenWithinMs: 1, remindAfterMs: 600_000 }));
const state = evolveIncident(noIncident, { type: "incident-opened", id, alert: alertFixture(), atMs: 1 });

function keysAfter(event: IncidentEvent): readonly string[] {
  return incident.reactionsTo(event, state, 9_000).map(({ job, key }) => `${job} ${key}`);
}

test("people are called again when an incident reopens or becomes critical, since an edit of the card notifies nobody", () => {
  const critical = alertFixture({ severity: "critical" });
  expect(keysAfter({ type: "incident-reopened", alert: critical, atMs: 9_000 })).toContain("notify slack.alarm-7-9000");
  const escalated: IncidentEvent = { type: "incident-escalated", alert: critical, reason: "escalated", atMs: 9_000 };
  expect(keysAfter(escalated)).toContain("notify slack.alarm-7-9000");
});

test("another country is told on the card alone", () => {
  const further: IncidentEvent = {
    type: "incident-escalated",
    alert: alertFixture(),
    reason: "new-country",
    atMs: 9_000,
  };
  expect(keysAfter(further)).toEqual(["notify slack.incident-7", "notify slack.details-7", "observe 7"]);
});

const ann: Actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" };

test("a person who reopens an incident calls nobody, but people are reminded of it", () => {
  const event: IncidentEvent = { type: "incident-reopened", alert: alertFixture(), by: ann, atMs: 9_000 };
  const keys = keysAfter(event);
  expect(keys).not.toContain("notify slack.alarm-7-9000");
  expect(keys).toContain("remind 7");
});

test("a reminder is due when the policy says, of a warning later, and at the end of a snooze", () => {
  for (const [severity, dueAtMs] of [
    ["critical", 609_000],
    ["warning", 3_609_000],
  ] as const) {
    const opened: IncidentEvent = { type: "incident-opened", id, alert: alertFixture({ severity }), atMs: 9_000 };
    const after = evolveIncident(noIncident, opened);
    expect(incident.reactionsTo(opened, after, 9_000)).toContainEqual({ job: "remind", key: "7", dueAtMs });
  }
  const snoozed: IncidentEvent = { type: "incident-snoozed", by: ann, untilMs: 77_000, atMs: 9_000 };
  expect(incident.reactionsTo(snoozed, state, 9_000)).toContainEqual({ job: "remind", key: "7", dueAtMs: 77_000 });
});

test("nothing is to remind of where the policy says never", () => {
  const quiet = createMachines(["slack"], () => ({ reopenWithinMs: 1, remindAfterMs: 0 })).incident;
  const opened: IncidentEvent = { type: "incident-opened", id, alert: alertFixture(), atMs: 9_000 };
  expect(quiet.reactionsTo(opened, state, 9_000).map(({ job }) => job)).not.toContain("remind");
});

test("a merge is told on both cards", () => {
  const other = "9" as IncidentId;
  const both = ["notify slack.incident-7", "notify slack.incident-9"];
  expect(keysAfter({ type: "incident-merged", by: ann, into: other, atMs: 9_000 })).toEqual(both);
  expect(keysAfter({ type: "incident-took-in", by: ann, from: other, atMs: 9_000 })).toEqual(both);
});

test("who is given an incident is told, and who takes it is not", () => {
  const keys = (to: string) => {
    const assigned: IncidentEvent = { type: "incident-assigned", by: ann, to: to as PersonId, atMs: 9_000 };
    return incident.reactionsTo(assigned, evolveIncident(state, assigned), 9_000).map(({ key }) => key);
  };
  expect(keys("ben")).toEqual(["slack.incident-7", "slack.assigned-7-9000"]);
  expect(keys("ann")).toEqual(["slack.incident-7"]);
  expect(parseSubject("assigned-7-9000")).toEqual({ kind: "assigned", incidentId: "7", atMs: 9_000 });
});

test("a silence has a timer, and when it is over its account is looked at at once and people hear what it kept from them", () => {
  const about = {
    id: "s1" as SilenceId,
    accountSid: ACCOUNT,
    threat: null,
    by: ann,
    reason: "a test",
    untilMs: 50_000,
  };
  const started = { ...about, type: "silence-started", atMs: 9_000 } as const;
  const active = evolveSilence(noSilence, started);
  expect(silence.reactionsTo(started, active, 9_000)).toEqual([{ job: "lapse", key: "s1", dueAtMs: 50_000 }]);
  const detect = [{ job: "detect", key: ACCOUNT, dueAtMs: null }];
  expect(silence.reactionsTo({ type: "silence-lapsed", atMs: 50_000 }, active, 50_000)).toEqual(detect);
  expect(silence.reactionsTo({ type: "silence-ended", by: ann, atMs: 10_000 }, active, 10_000)).toEqual([
    ...detect,
    { job: "lapse", key: "s1", dueAtMs: null },
  ]);
});

test("every subject that a machine names can be read back", () => {
  expect(parseSubject("alarm-7-9000")).toEqual({ kind: "alarm", incidentId: "7", atMs: 9_000 });
  expect(parseSubject("incident-7")).toEqual({ kind: "incident", incidentId: "7" });
  expect(parseSubject("outcome-a1")).toEqual({ kind: "outcome", approvalId: "a1" });
  expect(parseSubject("audit-12")).toBeUndefined();
});
