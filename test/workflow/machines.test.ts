import { expect, test } from "vitest";
import type { IncidentEvent } from "../../src/incident/contract.ts";
import { evolveIncident, noIncident } from "../../src/incident/evolve.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import { createMachines } from "../../src/workflow/machines.ts";
import { parseSubject } from "../../src/workflow/subjects.ts";
import { alertFixture } from "../support/fixtures.ts";

const id = "7" as IncidentId;
const { incident } = createMachines(["slack"], () => ({ reopenWithinMs: 1 }));
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

test("every subject that a machine names can be read back", () => {
  expect(parseSubject("alarm-7-9000")).toEqual({ kind: "alarm", incidentId: "7", sinceMs: 9_000 });
  expect(parseSubject("incident-7")).toEqual({ kind: "incident", incidentId: "7" });
  expect(parseSubject("outcome-a1")).toEqual({ kind: "outcome", approvalId: "a1" });
  expect(parseSubject("audit-12")).toBeUndefined();
});
