import { describe, expect, test } from "vitest";
import { reminderCard } from "../../src/notice/reminder-card.ts";
import type { IncidentView } from "../../src/notice/views.ts";
import {
  acknowledged,
  ann,
  ben,
  incidentView,
  labels,
  linesOf,
  MINUTE_MS,
  NOW_MS,
  observation,
  open,
} from "./house.ts";

function reminder(parts: Partial<IncidentView> = {}, isFirst = true) {
  return reminderCard({ ...incidentView, ...parts }, NOW_MS + 19 * MINUTE_MS, isFirst);
}

describe("a reminder", () => {
  test("calls every responder, says how long nobody came and what that cost, and leads to the card", () => {
    const card = reminder({ observation });
    expect(card.subject).toBe(`reminder-7-${NOW_MS + 19 * MINUTE_MS}`);
    expect(linesOf(card)).toEqual([
      "@ann @ben Nobody has acknowledged this for 30 minutes.",
      "*About 106 USD since then* (212 USD an hour). Spent today: 1,204.11 USD. Read <-1>.",
      "Open the incident -> incident-7",
    ]);
    expect(card.fallback).toBe(
      "Critical: Toll fraud suspected on Acme Voice EU. Nobody has acknowledged this for 30 minutes. It burns 212 USD an hour.",
    );
    expect(card.tone).toBe("alarm");
    expect(labels(card)).toEqual({ buttons: [], overflow: [] });
  });

  test("of a rate that was watched for seconds only says that it may have cost more", () => {
    const card = reminder({ observation: { ...observation, burnIsAtLeast: true } });
    expect(linesOf(card)[1]).toMatch(/^\*About 106 USD or more since then\* \(at least 212 USD an hour\)\./);
    expect(card.fallback).toMatch(/It burns at least 212 USD an hour\.$/);
  });

  test("calls the assignee alone at first, when there is one, and every responder after that", () => {
    const incident = { ...open, assignee: ben };
    expect(linesOf(reminder({ incident }))[0]).toMatch(/^@ben Nobody/);
    expect(linesOf(reminder({ incident }, false))[0]).toMatch(/^@ann @ben Nobody/);
    // Who left the roster does not come.
    expect(linesOf(reminder({ incident, responders: [ann] }))[0]).toMatch(/^@ann Nobody/);
  });

  test("at the end of a snooze does not say of what is acknowledged that nobody has seen it", () => {
    const card = reminder({ incident: acknowledged });
    expect(linesOf(card)[0]).toMatch(/The snooze is over, and this is still not resolved after 30 minutes\.$/);
    expect(card.note).toBe("Reminder of incident 7. Resolve it, or snooze it again.");
  });

  test("counts from when it came back", () => {
    const incident = { ...open, reopenedAtMs: NOW_MS };
    expect(linesOf(reminder({ incident }))[0]).toContain("for 19 minutes");
  });

  test("says nothing of money that nobody knows, and when there is nobody to call", () => {
    expect(linesOf(reminder())).toHaveLength(2);
    const unpriced = { ...observation, burnPerHourUsd: null, spendTodayUsd: null };
    expect(linesOf(reminder({ observation: unpriced }))).toHaveLength(2);
    expect(linesOf(reminder({ responders: [] }))[0]).toContain("nobody was called");
  });
});
