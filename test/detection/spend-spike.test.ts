import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildBaseline } from "../../src/detection/baseline/build.ts";
import type { AccountBaseline } from "../../src/detection/baseline/contract.ts";
import { nameOfDay } from "../../src/detection/baseline/days.ts";
import type { Alert, Scene } from "../../src/detection/contract.ts";
import { LOOKBACK_MS } from "../../src/detection/fold.ts";
import { spendSpike } from "../../src/detection/spend-spike.ts";
import type { UsageReadingSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { scene } from "../support/signals.ts";
import {
  amountOf,
  daysOf,
  EVEN,
  hoursOf,
  luck,
  MIDNIGHT,
  OFFICE,
  type Shape,
  TODAY,
  WORKING_WEEK,
} from "./baseline/shapes.ts";

const HOUR = 3_600_000;
/** Polls come more often; the rule must not depend on it. */
const EVERY = 15 * 60_000;
const TODAY_NAME = nameOfDay(TODAY);

const built = new Map<string, AccountBaseline>();

function baselineOf(...shapes: readonly Shape[]): AccountBaseline {
  const key = JSON.stringify(shapes);
  const baseline = built.get(key) ?? build(shapes);
  built.set(key, baseline);
  return baseline;
}

function build(shapes: readonly Shape[]): AccountBaseline {
  return buildBaseline({
    days: shapes.flatMap((shape) => daysOf(shape)),
    hours: shapes.flatMap((shape) => hoursOf(shape)),
    destinations: [],
    destinationDays: 0,
    addresses: [],
    nowMs: MIDNIGHT + HOUR / 2,
  });
}

function reading(
  category: string,
  atMs: number,
  spendUsd: number,
  before?: { readonly atMs: number; readonly spendUsd: number },
): UsageReadingSignal {
  const of = { kind: "usage-reading", accountSid: ACCOUNT, category, day: TODAY_NAME, count: 0, units: 0 } as const;
  return { ...of, atMs, spendUsd, ...(before && { before: { ...before, count: 0 } }) };
}

/** More money of a category per hour from an hour of the day on, until another. */
interface Extra {
  readonly usdPerHour?: number;
  /** So many times the traffic that would be there. */
  readonly times?: number;
  readonly from: number;
  readonly to: number;
}

/** What the readings of today say. */
function today(shape: Shape, extra: Extra = { from: 0, to: 0 }): readonly UsageReadingSignal[] {
  const { category = "sms-outbound", hours = EVEN, seed = 1, noise = 0 } = shape;
  const { usdPerHour = 0, times = 1, from, to } = extra;
  const day = amountOf(shape, 0).spendUsd;
  const all = hours.reduce((sum, weight) => sum + weight, 0);
  let spendUsd = 0;
  let before = { atMs: MIDNIGHT, spendUsd: 0 };
  return Array.from({ length: (24 * HOUR) / EVERY - 1 }, (_, index) => {
    const atMs = MIDNIGHT + (index + 1) * EVERY;
    const hour = (atMs - EVERY - MIDNIGHT) / HOUR;
    const weight = (hours[Math.floor(hour)] ?? 0) * (1 + noise * (2 * luck(seed + 3, Math.floor(hour)) - 1));
    const isOn = hour >= from && hour < to;
    spendUsd += (day * weight * (isOn ? times : 1) * EVERY) / (all * HOUR) + (isOn ? (usdPerHour * EVERY) / HOUR : 0);
    const signal = reading(category, atMs, spendUsd, before);
    before = { atMs, spendUsd };
    return signal;
  });
}

/** What is said after each reading. */
function alertsThrough(signals: readonly UsageReadingSignal[], changes: Partial<Scene>): readonly (readonly Alert[])[] {
  const moments = [...new Set(signals.map(({ atMs }) => atMs))].sort((one, other) => one - other);
  return moments.map((nowMs) => {
    const seen = signals.filter(({ atMs }) => atMs <= nowMs && atMs > nowMs - LOOKBACK_MS);
    return spendSpike.evaluate(scene(seen, { ...changes, nowMs }));
  });
}

/** Hour of the day of the first alert; null: none all day. */
function firstAlertAt(signals: readonly UsageReadingSignal[], baseline: AccountBaseline | null): number | null {
  const index = alertsThrough(signals, { baseline }).findIndex((alerts) => alerts.length > 0);
  return index === -1 ? null : ((index + 1) * EVERY) / HOUR;
}

const SHAPES: readonly (readonly [string, Shape])[] = [
  ["even", { perDayUsd: 40, noise: 0.2 }],
  ["office hours", { perDayUsd: 60, noise: 0.25, hours: OFFICE, weekdays: WORKING_WEEK }],
  ["small", { perDayUsd: 12, noise: 0.3 }],
  ["large", { perDayUsd: 4_000, noise: 0.15, hours: OFFICE }],
  ["growing", { perDayUsd: 100, noise: 0.2, growthPerDay: 0.02 }],
];

describe.each(SHAPES)("on an account that is %s", (_name, shape) => {
  const seeds = [1, 2];
  const day = amountOf({ ...shape, noise: 0 }, 0).spendUsd;

  test.each(seeds)("an ordinary day raises nothing (%i)", (seed) => {
    const of = { ...shape, seed };
    expect(firstAlertAt(today(of), baselineOf(of))).toBeNull();
  });

  test.each([
    ["a day of half as much again", { times: 1.5, from: 0, to: 24 }],
    [
      "a campaign of two fifths of an ordinary day within three hours",
      { usdPerHour: (0.4 * day) / 3, from: 14, to: 17 },
    ],
  ])("%s raises nothing", (_what, extra) => {
    for (const seed of seeds) {
      const of = { ...shape, seed };
      expect(firstAlertAt(today(of, extra), baselineOf(of))).toBeNull();
    }
  });

  test("nor does a holiday, nor the day after it", () => {
    const of = { ...shape, lifts: { 1: 0 } };
    expect(firstAlertAt(today(of), baselineOf(of))).toBeNull();
    expect(firstAlertAt(today({ ...shape, lifts: { 0: 0.05 } }), baselineOf(shape))).toBeNull();
  });

  test.each([1, 9, 15, 21])("a flood from %i o'clock on is seen with the first readings", (from) => {
    for (const seed of seeds) {
      const of = { ...shape, seed };
      const at = firstAlertAt(today(of, { usdPerHour: Math.max(300, 6 * day), from, to: 24 }), baselineOf(of));
      expect(at).toBeGreaterThan(from);
      expect(at).toBeLessThan(from + 0.4);
    }
  });

  test("a drip of three times normal is seen during the day", () => {
    for (const seed of seeds) {
      const of = { ...shape, seed };
      expect(firstAlertAt(today(of, { times: 3, from: 0, to: 24 }), baselineOf(of))).toBeLessThan(22);
    }
  });

  test("past attacks do not hide a new one", () => {
    const of = { ...shape, lifts: { 2: 20, 3: 15, 7: 30, 14: 30 } };
    const at = firstAlertAt(today(shape, { usdPerHour: Math.max(300, 6 * day), from: 9, to: 24 }), baselineOf(of));
    expect(at).toBeLessThan(9.4);
  });
});

const OFFICE_CALLS: Shape = { category: "calls-outbound", perDayUsd: 100, hours: OFFICE };
const CALLS = baselineOf(OFFICE_CALLS);

function at(hour: number, spendUsd: number, changes: Partial<UsageReadingSignal> = {}) {
  return { ...reading("calls-outbound", MIDNIGHT + hour * HOUR, spendUsd), ...changes };
}

function saidOf(signals: readonly UsageReadingSignal[], changes: Partial<Scene> = {}): readonly Alert[] {
  const nowMs = Math.max(...signals.map(({ atMs }) => atMs)) + 1_000;
  return spendSpike.evaluate(scene(signals, { baseline: CALLS, nowMs, ...changes }));
}

test("says what is usual by this hour, and joins the incident of the category's own threat", () => {
  const [alert] = saidOf([
    at(14, 25, { before: { atMs: MIDNIGHT + 13.9 * HOUR, spendUsd: 24, count: 0 } }),
    at(14.2, 225),
  ]);
  expect(alert).toMatchObject({
    dedupKey: `${ACCOUNT}.toll-fraud`,
    threat: "toll-fraud",
    severity: "critical",
    confidence: "high",
    summary: "Outbound call spend is 9.4 times what is usual by this hour: 225 USD instead of 23.81 USD.",
    category: "calls-outbound",
    reportedTodayUsd: 225,
    lastSignalAtMs: MIDNIGHT + 14.2 * HOUR,
  });
  expect(alert?.evidence).toEqual([
    { label: "Usage category", value: "calls-outbound" },
    { label: "Usual by this hour", value: "23.81 USD" },
    { label: "Now", value: "225 USD (9.4 times)" },
    { label: "Usual on a whole day", value: "100 USD" },
    { label: "Above usual now", value: "990.48 USD an hour" },
  ]);
  expect(alert?.money).toEqual({ perHourUsd: 990.48, lostTodayUsd: 201.19 });
});

test("an evening's flood is seen before it doubles the day", () => {
  const [alert] = saidOf([
    at(22, 99, { before: { atMs: MIDNIGHT + 21.9 * HOUR, spendUsd: 98, count: 0 } }),
    at(22.25, 165),
  ]);
  expect(alert?.summary).toBe(
    "Outbound call spend was 67 USD within 21 minutes, where 1.19 USD is usual: 165 USD so far today.",
  );
});

describe("when it is over", () => {
  const after = [
    at(15, 400, { before: { atMs: MIDNIGHT + 14.9 * HOUR, spendUsd: 400, count: 0 } }),
    at(15.4, 400.5),
    at(15.8, 401),
  ];

  test("ordinary traffic after it says nothing new", () => {
    expect(saidOf(after)).toEqual([]);
  });

  test("the first ordinary call after a quiet hour is no news either", () => {
    expect(saidOf([at(15, 400.2, { before: { atMs: MIDNIGHT + 14.95 * HOUR, spendUsd: 400, count: 0 } })])).toEqual([]);
  });

  test("but when it goes on it is", () => {
    expect(saidOf([...after, at(15.85, 440)])).toMatchObject([{ lastSignalAtMs: MIDNIGHT + 15.85 * HOUR }]);
  });
});

describe("the whole account", () => {
  const shapes: readonly Shape[] = [
    { category: "calls-outbound", perDayUsd: 50 },
    { category: "sms-outbound", perDayUsd: 50 },
    { category: "totalprice", perDayUsd: 100 },
  ];
  const baseline = baselineOf(...shapes);
  const noon = (category: string, spendUsd: number) => reading(category, MIDNIGHT + 12 * HOUR, spendUsd);
  const said = (...signals: readonly UsageReadingSignal[]) =>
    saidOf(signals, { baseline }).map(({ threat, evidence }) => [threat, evidence.at(-1)?.value]);

  test("is not named when a category explains it", () => {
    expect(said(noon("calls-outbound", 200), noon("totalprice", 250)).map(([threat]) => threat)).toEqual([
      "toll-fraud",
    ]);
  });

  test("is named when none does", () => {
    expect(said(noon("unheard-of", 20), noon("totalprice", 250)).map(([threat]) => threat)).toEqual(["spend-spike"]);
  });

  test("is named alone when everything rises alike: that is a campaign more often than a theft", () => {
    expect(said(noon("calls-outbound", 75), noon("sms-outbound", 78), noon("totalprice", 153))).toEqual([
      ["spend-spike", "sms-outbound 78 USD, calls-outbound 75 USD"],
    ]);
  });

  test("is not named while only one product is unusual and the others are busy as well", () => {
    expect(said(noon("calls-outbound", 75), noon("sms-outbound", 45), noon("totalprice", 100))).toEqual([]);
    expect(said(noon("calls-outbound", 75), noon("sms-outbound", 25)).map(([threat]) => threat)).toEqual([
      "toll-fraud",
    ]);
  });

  test("two products that are both flooded are two incidents", () => {
    const threats = said(noon("calls-outbound", 400), noon("sms-outbound", 400), noon("totalprice", 800));
    expect(threats.map(([threat]) => threat).sort()).toEqual(["messaging-pumping", "toll-fraud"]);
  });
});

test("several categories of one threat are one alert: the narrowest speaks", () => {
  const baseline = baselineOf({ category: "calls", perDayUsd: 100 }, { category: "calls-outbound", perDayUsd: 60 });
  const noon = MIDNIGHT + 12 * HOUR;
  const alerts = saidOf([reading("calls", noon, 500), reading("calls-outbound", noon, 450)], { baseline });
  expect(alerts).toMatchObject([
    {
      category: "calls-outbound",
      evidence: expect.arrayContaining([{ label: "Also above usual", value: "calls 500 USD" }]),
    },
  ]);
});

test("calls that come in are no toll fraud, although they are in the sum of all calls", () => {
  const baseline = baselineOf({ category: "calls", perDayUsd: 30 }, { category: "calls-inbound", perDayUsd: 25 });
  const said = (calls: number, inbound: number) => {
    const noon = MIDNIGHT + 12 * HOUR;
    const readings = [reading("calls", noon, calls), reading("calls-inbound", noon, inbound)];
    return saidOf(readings, { baseline }).map(({ threat }) => threat);
  };
  expect(said(120, 112)).toEqual(["inbound-call-pumping"]);
  expect([...said(240, 112)].sort()).toEqual(["inbound-call-pumping", "toll-fraud"]);
});

describe("what is not known", () => {
  test("an account of less than a week is judged by a high floor alone", () => {
    const young = { ...CALLS, days: 6 };
    expect(saidOf([at(12, 99)], { baseline: young })).toEqual([]);
    expect(saidOf([at(12, 101)], { baseline: young })).toMatchObject([
      {
        summary: "Outbound call spend is 101 USD so far today, on an account that is known for 6 days only.",
        confidence: "low",
      },
    ]);
    expect(saidOf([at(12, 101)], { baseline: null })[0]?.summary).toContain("whose usual days are not known yet");
  });

  test("while the hours are not known, a whole day's usual money is what counts", () => {
    const baseline = buildBaseline({
      days: daysOf(OFFICE_CALLS),
      hours: [],
      destinations: [],
      destinationDays: 0,
      addresses: [],
      nowMs: MIDNIGHT,
    });
    expect(saidOf([at(2, 175)], { baseline })).toEqual([]);
    expect(saidOf([at(2, 210)], { baseline })[0]?.summary).toBe(
      "Outbound call spend is 2.1 times that of a whole usual day already: 210 USD instead of 100 USD.",
    );
  });
});

test("the simple mode compares with the mean of seven days", () => {
  const settings = { ...scene([]).settings, baseline: "simple" as const, spikeFactor: 1.2 };
  expect(saidOf([at(12, 119)], { settings })).toEqual([]);
  expect(saidOf([at(12, 121)], { settings })).toHaveLength(1);
  expect(saidOf([at(12, 121)], { settings: { ...settings, spikeFactor: 3 } })).toEqual([]);
});

test("what is billed in lumps and earns strangers nothing warns only, and late", () => {
  const baseline = baselineOf({ category: "phonenumbers", perDayUsd: 1, lifts: { 20: 100 } });
  expect(saidOf([reading("phonenumbers", MIDNIGHT + HOUR, 100)], { baseline })).toEqual([]);
  expect(saidOf([reading("phonenumbers", MIDNIGHT + HOUR, 900)], { baseline })).toMatchObject([
    { severity: "warning" },
  ]);
});

test("shortly after midnight a reading of yesterday is judged as yesterday's end", () => {
  const late = { ...reading("calls-outbound", MIDNIGHT + 24 * HOUR + 60_000, 100), day: TODAY_NAME };
  expect(saidOf([late])).toEqual([]);
});

test("after midnight, a spike of yesterday is told as yesterday's", () => {
  const late = at(23.9, 500, { before: { atMs: MIDNIGHT + 23.8 * HOUR, spendUsd: 90, count: 0 } });
  const [alert] = saidOf([late], { nowMs: MIDNIGHT + 24.2 * HOUR });
  expect(alert?.summary).toBe(
    "Outbound call spend of yesterday is 5 times what is usual: 500 USD instead of 99.90 USD.",
  );
  expect(alert).toMatchObject({ reportedTodayUsd: null, severity: "critical" });
});

test("more money never makes less of it", () => {
  const rank = { none: 0, warning: 1, critical: 2 } as const;
  const severityOf = (scale: number, base: readonly number[]) => {
    const signals = base.map((usd, index) => at(13 + index / 4, usd + (index === base.length - 1 ? scale : 0)));
    return rank[saidOf(signals)[0]?.severity ?? "none"];
  };
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 600 }),
      fc.integer({ min: 0, max: 600 }),
      (steps, one, more) => {
        const base = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, step) => sum + step, 0));
        expect(severityOf(one + more, base)).toBeGreaterThanOrEqual(severityOf(one, base));
      },
    ),
  );
});
