import { describe, expect, test } from "vitest";
import { assignedCard } from "../../src/notice/assigned-card.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import { annAsActor, ben, incidentView, linesOf, NOW_MS, open, resolved } from "./house.ts";

const given = { ...open, assignee: ben, assigned: { by: annAsActor, atMs: NOW_MS } };

function assigned(parts: Partial<IncidentView> = {}, atMs = NOW_MS) {
  return assignedCard({ ...incidentView, incident: given, ...parts }, atMs);
}

describe("who is given an incident", () => {
  test("is called alone, told by whom, and led to the card", () => {
    const card = assigned();
    expect(card?.subject).toBe(`assigned-7-${NOW_MS}`);
    expect(card === null ? [] : linesOf(card)).toEqual([
      "@ben Ann Ito gave this incident to you. Nobody has acknowledged it yet.",
      "Open the incident -> incident-7",
    ]);
    expect(card?.fallback).toBe("Ann Ito gave you incident 7. Critical: Toll fraud suspected on Acme Voice EU.");
  });

  test("is not told when it is not theirs any more, is over, or they are no responder now", () => {
    expect(assigned({}, NOW_MS - 1)).toBeNull();
    expect(assigned({ incident: { ...given, assigned: null } })).toBeNull();
    expect(assigned({ incident: { ...resolved, assignee: ben, assigned: given.assigned } })).toBeNull();
    expect(assigned({ responders: [] })).toBeNull();
  });
});
