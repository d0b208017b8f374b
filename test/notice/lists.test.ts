/** Incidents and silences as lines of a list. */
import { describe, expect, test } from "vitest";
import type { IncidentId } from "../../src/lib/id.ts";
import { byMoneyAtRisk, incidentEntry, silenceEntry } from "../../src/notice/entries.ts";
import { account, ann, annAsActor, ben, linesOf, MINUTE_MS, NOW_MS, names, silence, summary } from "./house.ts";

function incidentLine(parts: Parameters<typeof summary>[0]): string | undefined {
  return linesOf({ elements: [incidentEntry(summary(parts), NOW_MS, names)] })[0];
}

describe("an incident in a list", () => {
  test.each([
    [{}, "Critical, open, 212 USD an hour, in nobody's hands yet, since <-20>."],
    [
      { rate: { usd: 540, isAtLeast: true } },
      "Critical, open, at least 540 USD an hour, in nobody's hands yet, since <-20>.",
    ],
    [{ rate: null, severity: "warning" }, "Warning, open, 1,204 USD today, in nobody's hands yet, since <-20>."],
    [{ rate: null, spendTodayUsd: null }, "Critical, open, money not known, in nobody's hands yet, since <-20>."],
    [
      { status: "acknowledged", assignee: ann, acknowledgedBy: annAsActor },
      "Critical, acknowledged, 212 USD an hour, in the hands of Ann Ito, since <-20>.",
    ],
    [
      { status: "contained", assignee: ben, acknowledgedBy: annAsActor },
      "Critical, contained, 212 USD an hour, in the hands of Ben Okafor, since <-20>.",
    ],
    [
      { status: "resolved", snoozedUntilMs: NOW_MS + MINUTE_MS },
      "Critical, resolved, 212 USD an hour, nobody acknowledged it, since <-20>.",
    ],
    [
      { snoozedUntilMs: NOW_MS + MINUTE_MS },
      "Critical, open, 212 USD an hour, in nobody's hands yet, since <-20>, snoozed until <1>.",
    ],
    [{ snoozedUntilMs: NOW_MS }, "Critical, open, 212 USD an hour, in nobody's hands yet, since <-20>."],
  ] as const)("%#: which, how bad, how much, whose, since when", (parts, line) => {
    expect(incidentLine(parts)).toBe(`*Incident 9 · Toll fraud suspected · Acme Voice EU*. ${line} [Show incident 9]`);
  });

  test("costing most an hour comes first, then most today, then the oldest", () => {
    const list = [
      summary({ id: "1" as IncidentId, rate: null, spendTodayUsd: null }),
      summary({ id: "2" as IncidentId, rate: null, spendTodayUsd: 10 }),
      summary({ id: "3" as IncidentId, rate: { usd: 5, isAtLeast: false } }),
      summary({ id: "4" as IncidentId, rate: { usd: 50, isAtLeast: false } }),
      summary({ id: "5" as IncidentId, rate: null, spendTodayUsd: null, openedAtMs: 0 }),
    ];
    expect(byMoneyAtRisk(list).map(({ id }) => id)).toEqual(["4", "3", "2", "5", "1"]);
  });
});

describe("a silence in a list", () => {
  test.each([
    [{}, "*Toll fraud suspected: outbound calls on Acme Voice EU*", "It has held back nothing so far."],
    [{ threat: null }, "*Anything on Acme Voice EU*", "It has held back nothing so far."],
    [
      {
        heldBack: [
          { threat: "toll-fraud", severity: "warning", summary: "", atMs: 0 },
          { threat: "toll-fraud", severity: "critical", summary: "", atMs: 1 },
        ],
      },
      "*Toll fraud suspected: outbound calls on Acme Voice EU*",
      "It has held back 1 kind of alert: Toll fraud suspected: outbound calls (critical).",
    ],
  ] as const)("%#: what, until when, by whom, why and what it held back", (parts, what, heldBack) => {
    expect(linesOf({ elements: [silenceEntry({ ...silence, account, ...parts })] })).toEqual([
      `${what}. Silent until <60>, by Ann Ito: A campaign to Latvia until noon. ${heldBack} [End silence]`,
    ]);
  });
});
