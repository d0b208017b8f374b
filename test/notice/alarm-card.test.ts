import { expect, test } from "vitest";
import { alarmCard } from "../../src/notice/alarm-card.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import { acknowledged, ann, incidentView, open, resolved } from "./house.ts";

const REOPENED_AT_MS = 5_000;

function viewOf(parts: Partial<IncidentView>): IncidentView {
  return { ...incidentView, ...parts };
}

test("calls the responders by name to an incident that is open again", () => {
  const view = viewOf({ incident: { ...open, reopenedAtMs: REOPENED_AT_MS }, responders: [ann] });
  const card = alarmCard(view, REOPENED_AT_MS);
  expect(card?.elements[0]).toEqual({ kind: "mention", people: [ann], text: expect.stringContaining("open again") });
  expect(card?.elements.at(-1)).toMatchObject({ kind: "link", subject: `incident-${open.id}` });
});

test("says that it became critical when it did not come back", () => {
  expect(alarmCard(viewOf({ incident: open }), 7_000)?.fallback).toContain("It became critical");
});

test("says that a silence is over, and whether somebody has it", () => {
  const alarm = { atMs: 7_000, threat: open.alert.threat, why: "silence-over" } as const;
  expect(alarmCard(viewOf({ incident: { ...open, alarm } }), 7_000)?.fallback).toContain("nobody has acknowledged");
  const taken = alarmCard(viewOf({ incident: { ...acknowledged, alarm } }), 7_000);
  expect(taken?.fallback).toContain("Nobody was called while it lasted");
});

test("calls nobody to what is resolved, and says when there is nobody to call", () => {
  expect(alarmCard(viewOf({ incident: resolved }), 1)).toBeNull();
  const [first] = alarmCard(viewOf({ incident: open, responders: [] }), 1)?.elements ?? [];
  expect(JSON.stringify(first)).toContain("nobody was called");
});
