import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccountBaseline, DestinationBaseline } from "../../src/detection/baseline/contract.ts";
import type { Scene } from "../../src/detection/contract.ts";
import { isFraudDestination, isPremiumNumber } from "../../src/detection/fraud-destinations.ts";
import { tollFraud } from "../../src/detection/toll-fraud.ts";
import type { CallSignal, Signal, TrafficReadingSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;

function calls(country: string, count: number, changes: Partial<CallSignal> = {}): readonly CallSignal[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: "call",
    accountSid: ACCOUNT,
    atMs: NOON - index * 10_000,
    happened: "created",
    callSid: null,
    direction: "outbound",
    country,
    number: null,
    seconds: null,
    ...changes,
  }));
}

type To = readonly [country: string, count: number, seconds?: number, spendUsd?: number];

function reading(to: readonly To[], changes: Partial<TrafficReadingSignal> = {}): TrafficReadingSignal {
  return {
    kind: "traffic-reading",
    accountSid: ACCOUNT,
    atMs: NOON,
    medium: "calls",
    sinceMs: NOON - MINUTE,
    total: to.reduce((sum, [, count]) => sum + count, 0),
    live: 0,
    longCalls: 0,
    longestSeconds: 0,
    destinations: to.map(([country, count, seconds = 60, spendUsd]) => {
      return { country, count, seconds, spendUsd: spendUsd ?? null };
    }),
    neighbours: null,
    failures: [],
    ...changes,
  };
}

function knows(...destinations: readonly (readonly [country: string, perDay: number])[]): AccountBaseline {
  return {
    builtAtMs: NOON,
    days: 56,
    categories: {},
    destinations: destinations.map(([country, perDay]): DestinationBaseline => ({ medium: "calls", country, perDay })),
    destinationDays: 28,
    addresses: [],
  };
}

const ATLANTIC = knows(["US", 100], ["GB", 40]);

function said(signals: readonly Signal[], changes: Partial<Scene> = {}) {
  return tollFraud.evaluate(scene(signals, { baseline: ATLANTIC, nowMs: NOON + 1_000, ...changes }))[0];
}

test("says where the calls went, and that none usually go there", () => {
  expect(
    said([
      reading([
        ["LV", 34, 6_120, 61.2],
        ["US", 4],
      ]),
    ]),
  ).toMatchObject({
    threat: "toll-fraud",
    severity: "critical",
    confidence: "high",
    summary:
      "34 calls went to Latvia within an hour, a known destination of toll fraud and a minute to Latvia costs 0.60 USD.",
    countries: ["LV"],
    money: { perHourUsd: 61.2, lostTodayUsd: 61.2 },
    evidence: [
      { label: "Calls to Latvia", value: "34 within an hour, 102 minutes, 61.20 USD; usually none" },
      { label: "Price", value: "Latvia: 0.60 USD a minute" },
    ],
    lastSignalAtMs: NOON,
  });
});

test("a reading of two hours says so, and what an hour of it cost", () => {
  const reads = [reading([["LV", 5_000, 300_000, 4_000]], { sinceMs: NOON - 120 * MINUTE, isCut: true })];
  expect(said(reads)).toMatchObject({
    summary: expect.stringMatching(/^At least 5,000 calls went to Latvia within 2 hours,/),
    money: { perHourUsd: 2_000, lostTodayUsd: 4_000, isAtLeast: true },
    evidence: expect.arrayContaining([
      {
        label: "Calls to Latvia",
        value: "at least 5,000 within 2 hours, 5,000 minutes, 4,000 USD; usually none",
      },
    ]),
  });
});

test("of a log that was cut, calls and money are said to be lower bounds", () => {
  expect(said([reading([["LV", 4_990, 6_120, 61.2]], { isCut: true })])).toMatchObject({
    summary: expect.stringMatching(/^At least 4,990 calls went to Latvia within an hour/),
    money: { perHourUsd: 61.2, lostTodayUsd: 61.2, isAtLeast: true },
    evidence: expect.arrayContaining([
      {
        label: "Calls to Latvia",
        value: "at least 4,990 within an hour, 102 minutes, 61.20 USD; usually none",
      },
    ]),
  });
});

describe("destinations", () => {
  test.each([
    ["one call to a country of fraud", calls("LV", 1), ATLANTIC, undefined],
    ["two far apart", [...calls("LV", 1), ...calls("LV", 1, { atMs: NOON - 30 * MINUTE })], ATLANTIC, undefined],
    ["two at once", calls("LV", 2), ATLANTIC, "warning"],
    ["two at once, when nothing is known of the account", calls("LV", 2), null, undefined],
    ["three", calls("LV", 3), null, "warning"],
    ["ten", calls("LV", 10), ATLANTIC, "critical"],
    ["to two of them together", [...calls("LV", 2), ...calls("TD", 1)], ATLANTIC, "warning"],
    ["from an account that calls there every day", calls("JM", 25), knows(["JM", 60]), undefined],
    ["a new market", calls("NL", 14), ATLANTIC, undefined],
    ["many to a new country", calls("NL", 15), ATLANTIC, "warning"],
    ["very many", calls("NL", 60), ATLANTIC, "critical"],
    ["a usual country on a busy day", calls("US", 90), ATLANTIC, undefined],
    ["a whole day's calls within an hour", calls("US", 101), ATLANTIC, "warning"],
    ["three days' calls within an hour", [reading([["US", 310]])], ATLANTIC, "critical"],
    ["a country of fraud, when nothing is known of the account", calls("LV", 10), null, "critical"],
    ["any other, when nothing is known of the account", calls("NL", 200), null, undefined],
  ] as const)("%s", (_name, signals, baseline, severity) => {
    expect(said(signals, { baseline })?.severity).toBe(severity);
  });

  test("what policy allows is ordinary, what it leaves out is not", () => {
    const settings = { ...scene([]).settings, allowedCountries: ["LV"] };
    expect(said(calls("LV", 20), { settings })).toBeUndefined();
    expect(said(calls("NL", 20), { settings, baseline: null })?.severity).toBe("warning");
  });

  test("log and events tell of the same calls: the greater number counts", () => {
    expect(said([...calls("LV", 8), reading([["LV", 9]])])?.severity).toBe("warning");
  });

  test("calls that are dialled within calls, or through a trunk, stand in the log alone", () => {
    expect(said([reading([["SL", 12]])])?.severity).toBe("critical");
  });

  test("inbound and refused calls are nobody's bill", () => {
    expect(said(calls("LV", 20, { direction: "inbound" }))).toBeUndefined();
    expect(said(calls("LV", 20, { happened: "refused" }))).toBeUndefined();
  });
});

describe("the manner of calling", () => {
  test("is nothing alone, and speaks together", () => {
    const many = { live: 20 };
    const long = { longCalls: 4, longestSeconds: 9_000 };
    expect(said([reading([["US", 5]], many)])).toBeUndefined();
    expect(said([reading([["US", 5]], long)])).toBeUndefined();
    expect(said([reading([["US", 5]], { ...many, ...long })])).toMatchObject({
      severity: "warning",
      summary: "20 calls were up at the same time and 4 calls are very long.",
      evidence: [
        { label: "Calls at the same time", value: "20" },
        { label: "Long calls", value: "4, the longest 150 minutes" },
      ],
    });
  });

  test("makes a few calls to a country of fraud an emergency", () => {
    const alert = said([...calls("LT", 4, { number: "+37090012345" })]);
    expect(alert?.severity).toBe("critical");
    expect(alert?.evidence.map(({ label }) => label)).toEqual(["Calls to Lithuania", "Premium numbers"]);
  });

  test("an account whose lines are always full is not told of it", () => {
    const units = { spendUsd: 0, count: 0, units: 20_000 };
    const category = {
      meanDay: units,
      weekdays: Array(7).fill(units),
      spread: 0.1,
      byHour: null,
      highestDay: units,
      lastUsedDay: "2026-11-20",
    };
    const baseline = { ...ATLANTIC, categories: { "calls-outbound": category } };
    expect(
      said([reading([["US", 5]], { live: 100, longCalls: 12, longestSeconds: 4_000 })], { baseline }),
    ).toBeUndefined();
  });
});

test("when it is over, ordinary calls are no news of it", () => {
  const flood = Array.from({ length: 5 }, (_, index) =>
    reading([["US", 40]], { atMs: NOON - (40 - index) * MINUTE, sinceMs: NOON - (41 - index) * MINUTE }),
  );
  const after = Array.from({ length: 8 }, (_, index) => {
    const atMs = NOON - index * 3 * MINUTE;
    return reading([["US", 1]], { atMs, sinceMs: atMs - MINUTE });
  });
  expect(said([...flood, ...after])?.lastSignalAtMs).toBeLessThan(NOON - 25 * MINUTE);
});

test.each([
  ["+3718112345", true],
  ["+37126123456", false],
  ["+19005550100", true],
  ["+12025550100", false],
  ["+447012345678", true],
  ["+447712345678", false],
  ["+88213123456", true],
])("%s is a premium number: %s", (number, isPremium) => {
  expect(isPremiumNumber(number)).toBe(isPremium);
});

test("knows the well-known destinations of fraud", () => {
  for (const country of ["LV", "LT", "RS", "SO", "CD", "CG", "TD", "GM", "SL", "GN", "FJ", "CU"]) {
    expect(isFraudDestination(country)).toBe(true);
  }
  for (const country of ["US", "GB", "DE", "IN", "BR"]) expect(isFraudDestination(country)).toBe(false);
});

test("more calls never make less of it", () => {
  const rank = { none: 0, warning: 1, critical: 2 } as const;
  const count = fc.integer({ min: 0, max: 150 });
  const country = fc.constantFrom("LV", "NL", "US", "GB");
  fc.assert(
    fc.property(fc.array(fc.tuple(country, count), { maxLength: 4 }), country, count, (to, where, more) => {
      const severity = (places: readonly To[]) => rank[said([reading(places)])?.severity ?? "none"];
      expect(severity([...to, [where, more]])).toBeGreaterThanOrEqual(severity(to));
    }),
  );
});
