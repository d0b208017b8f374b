import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Actor } from "../../src/audit/envelope.ts";
import type { IncidentEvent, LiveIncident } from "../../src/incident/contract.ts";
import { evolveIncident, noIncident } from "../../src/incident/evolve.ts";
import { isFirstReminder, remindersOf } from "../../src/incident/reminders.ts";
import type { IncidentId, RunId } from "../../src/lib/id.ts";
import { alertFixture } from "../support/fixtures.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 1_000 * HOUR;
const ann: Actor = { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" };

const opened: Extract<IncidentEvent, { readonly type: "incident-opened" }> = {
  type: "incident-opened",
  id: "7" as IncidentId,
  alert: alertFixture({ severity: "critical" }),
  atMs: START,
};

function incidentAfter(...events: readonly IncidentEvent[]): LiveIncident {
  return told(opened, ...events);
}

function warningAfter(...events: readonly IncidentEvent[]): LiveIncident {
  return told({ ...opened, alert: alertFixture({ severity: "warning" }) }, ...events);
}

function told(...events: readonly IncidentEvent[]): LiveIncident {
  const incident = events.reduce(evolveIncident, noIncident);
  if (incident.status === "none") throw new Error("nothing was opened");
  return incident;
}

/** Every reminder that somebody who always comes in time would post, in minutes after the incident was opened. */
function postedMinutes(incident: LiveIncident, remindAfterMs = 10 * MINUTE): readonly number[] {
  const posted: number[] = [];
  for (let nowMs: number | null = START; nowMs !== null; ) {
    const { dueAtMs, nextAtMs } = remindersOf(incident, remindAfterMs, nowMs);
    if (dueAtMs !== null) posted.push((dueAtMs - START) / MINUTE);
    nowMs = nextAtMs;
  }
  return [...new Set(posted)];
}

describe("of an incident that nobody acknowledged people are reminded", () => {
  it("at doubled distances up to an hour, for a day", () => {
    const minutes = postedMinutes(incidentAfter());
    expect(minutes.slice(0, 6)).toEqual([10, 30, 70, 130, 190, 250]);
    expect(minutes.at(-1)).toBeLessThanOrEqual(24 * 60);
    expect(minutes.at(-1)).toBeGreaterThan(23 * 60);
  });

  it("never, where the policy says so", () => {
    expect(postedMinutes(incidentAfter(), 0)).toEqual([]);
  });

  it("anew from when it came back", () => {
    const reopened: IncidentEvent = {
      type: "incident-reopened",
      alert: alertFixture({ severity: "critical" }),
      by: null,
      atMs: START + 5 * HOUR,
    };
    const resolved: IncidentEvent = { type: "incident-resolved", by: ann, cause: "other", note: null, atMs: START + 1 };
    expect(postedMinutes(incidentAfter(resolved, reopened)).slice(0, 2)).toEqual([310, 330]);
  });

  it("anew from when it became critical, however long nobody looked before", () => {
    const critical = alertFixture({ severity: "critical" });
    const atMs = START + 25 * HOUR;
    const escalated: IncidentEvent = { type: "incident-escalated", alert: critical, reason: "escalated", atMs };
    const minutes = postedMinutes(warningAfter(escalated)).filter((minute) => minute > 25 * 60);
    expect(minutes.slice(0, 3)).toEqual([25 * 60 + 10, 25 * 60 + 30, 25 * 60 + 70]);
    // Another country alone calls nobody.
    const further: IncidentEvent = { ...escalated, reason: "new-country" };
    expect(remindersOf(incidentAfter(further), 10 * MINUTE, atMs).nextAtMs).toBeNull();
  });

  it("anew from when what nobody acknowledged is contained no longer", () => {
    const runId = "r1" as RunId;
    const contained: IncidentEvent = { type: "incident-contained", runId, atMs: START + HOUR };
    const released: IncidentEvent = { type: "incident-released", runId, atMs: START + 48 * HOUR };
    expect(remindersOf(incidentAfter(contained, released), 10 * MINUTE, START + 48 * HOUR).nextAtMs).toBe(
      START + 48 * HOUR + 10 * MINUTE,
    );
  });

  it("later and more seldom while it is a warning", () => {
    expect(postedMinutes(warningAfter())).toEqual([60, 180, 420, 780, 1140]);
    // Not so late that nobody would be reminded at all.
    expect(postedMinutes(warningAfter(), 12 * HOUR)).toEqual([12 * 60, 24 * 60]);
    expect(postedMinutes(warningAfter(), 2 * HOUR)[0]).toBe(6 * 60);
  });

  it("not any more once it is acknowledged, contained or resolved", () => {
    expect(postedMinutes(incidentAfter({ type: "incident-acknowledged", by: ann, atMs: START + 1 }))).toEqual([]);
    expect(
      postedMinutes(incidentAfter({ type: "incident-resolved", by: ann, cause: "other", note: null, atMs: START + 1 })),
    ).toEqual([]);
  });

  it("not while it is snoozed, then at its end and at the same distances from there", () => {
    const snoozed: IncidentEvent = {
      type: "incident-snoozed",
      by: ann,
      untilMs: START + 4 * HOUR,
      atMs: START + MINUTE,
    };
    expect(postedMinutes(incidentAfter(snoozed)).slice(0, 4)).toEqual([240, 250, 270, 310]);
  });

  it("some time after it was woken, and not of what it slept through", () => {
    const snoozed: IncidentEvent = { type: "incident-snoozed", by: ann, untilMs: START + 4 * HOUR, atMs: START + 1 };
    const woken: IncidentEvent = { type: "incident-woken", by: ann, atMs: START + 3 * HOUR };
    expect(remindersOf(incidentAfter(snoozed, woken), 10 * MINUTE, START + 3 * HOUR)).toEqual({
      dueAtMs: null,
      nextAtMs: START + 3 * HOUR + 10 * MINUTE,
    });
  });

  it("as was promised at the end of a snooze, once, also when somebody has acknowledged it", () => {
    const acknowledged: IncidentEvent = { type: "incident-acknowledged", by: ann, atMs: START + 1 };
    const snoozed: IncidentEvent = { type: "incident-snoozed", by: ann, untilMs: START + 4 * HOUR, atMs: START + 2 };
    expect(postedMinutes(incidentAfter(acknowledged, snoozed))).toEqual([240]);
  });

  it("of the newest alone when several were missed", () => {
    expect(remindersOf(incidentAfter(), 10 * MINUTE, START + 200 * MINUTE)).toEqual({
      dueAtMs: START + 190 * MINUTE,
      nextAtMs: START + 250 * MINUTE,
    });
  });

  it("at times that do not depend on when somebody asks", () => {
    const incident = incidentAfter();
    const inTime = new Set(postedMinutes(incident));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 48 * HOUR }), (waitMs) => {
        const { dueAtMs, nextAtMs } = remindersOf(incident, 10 * MINUTE, START + waitMs);
        if (dueAtMs !== null) {
          expect(inTime).toContain((dueAtMs - START) / MINUTE);
          expect(dueAtMs).toBeLessThanOrEqual(START + waitMs);
        }
        if (nextAtMs !== null) expect(nextAtMs).toBeGreaterThan(START + waitMs);
      }),
    );
  });
});

describe("the first reminder", () => {
  const isFirst = (incident: LiveIncident, minutes: number) =>
    isFirstReminder(incident, 10 * MINUTE, START + minutes * MINUTE);

  it("is the first since people were called, and the one at the end of a snooze", () => {
    expect([10, 30, 70].map((minutes) => isFirst(incidentAfter(), minutes))).toEqual([true, false, false]);
    expect([60, 180].map((minutes) => isFirst(warningAfter(), minutes))).toEqual([true, false]);
    const snoozed: IncidentEvent = { type: "incident-snoozed", by: ann, untilMs: START + HOUR, atMs: START + 1 };
    expect([60, 70].map((minutes) => isFirst(incidentAfter(snoozed), minutes))).toEqual([true, false]);
  });
});
