import { expect, test } from "vitest";
import type { Alarm, LiveIncident } from "../../src/incident/contract.ts";
import { alarmCard } from "../../src/notice/alarm-card.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import { acknowledged, ann, incidentView, open, resolved } from "./house.ts";

const AT_MS = 7_000;

function viewOf(parts: Partial<IncidentView>): IncidentView {
  return { ...incidentView, ...parts };
}

function alarmed(incident: LiveIncident, why: Alarm["why"]): LiveIncident {
  return { ...incident, alarm: { atMs: AT_MS, threat: incident.alert.threat, why } };
}

test("calls the responders by name to an incident that is open again", () => {
  const view = viewOf({ incident: alarmed(open, "came-back"), responders: [ann] });
  const card = alarmCard(view, AT_MS);
  expect(card?.elements[0]).toEqual({ kind: "mention", people: [ann], text: expect.stringContaining("open again") });
  expect(card?.elements.at(-1)).toMatchObject({ kind: "link", subject: `incident-${open.id}` });
});

test.each([
  ["came-back", "It is back"],
  ["active-again", "Tollgate did not reactivate it"],
  ["became-critical", "It became critical"],
  ["silence-over", "nobody has acknowledged"],
] as const)("says why people are called: %s", (why, words) => {
  expect(alarmCard(viewOf({ incident: alarmed(open, why) }), AT_MS)?.fallback).toContain(words);
});

test("says after a silence whether somebody has it", () => {
  const taken = alarmCard(viewOf({ incident: alarmed(acknowledged, "silence-over") }), AT_MS);
  expect(taken?.fallback).toContain("Nobody was called while it lasted");
});

test("an alarm that another one overtook says nothing, since only the reason of the newest is known", () => {
  const incident = { ...alarmed(open, "silence-over"), reopenedAtMs: 1_000 };
  expect(alarmCard(viewOf({ incident }), 1_000)).toBeNull();
  expect(alarmCard(viewOf({ incident: { ...open, alarm: null } }), AT_MS)).toBeNull();
});

test("calls nobody to what is resolved, and says when there is nobody to call", () => {
  expect(alarmCard(viewOf({ incident: alarmed(resolved, "came-back") }), AT_MS)).toBeNull();
  const incident = alarmed(open, "became-critical");
  const [first] = alarmCard(viewOf({ incident, responders: [] }), AT_MS)?.elements ?? [];
  expect(JSON.stringify(first)).toContain("nobody was called");
});
