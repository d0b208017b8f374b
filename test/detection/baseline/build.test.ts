import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildBaseline, type Known } from "../../../src/detection/baseline/build.ts";
import { nameOfDay } from "../../../src/detection/baseline/days.ts";
import { band, expected, ordinaryDay } from "../../../src/detection/baseline/expected.ts";
import { NOON } from "../../support/signals.ts";
import { daysOf, EVEN, hoursOf, MIDNIGHT, OFFICE, type Shape, TODAY, WORKING_WEEK } from "./shapes.ts";

const SMS = "sms-outbound";

function build(known: Partial<Known>) {
  return buildBaseline({
    days: [],
    hours: [],
    destinations: [],
    destinationDays: 0,
    addresses: [],
    nowMs: NOON,
    ...known,
  });
}

function of(shape: Shape, days = 56) {
  const baseline = build({ days: daysOf(shape, days), hours: hoursOf(shape) });
  const category = baseline.categories[shape.category ?? SMS];
  if (category === undefined) throw new Error("the category is not known");
  return category;
}

/** Saturday, 21 November. */
const SATURDAY = 6;

describe("an ordinary day", () => {
  test("follows the week", () => {
    const { weekdays } = of({ perDayUsd: 100, weekdays: WORKING_WEEK, noise: 0.15 });
    for (const [weekday, weight] of WORKING_WEEK.entries()) {
      expect(weekdays[weekday]?.spendUsd).toBeGreaterThan(80 * weight);
      expect(weekdays[weekday]?.spendUsd).toBeLessThan(120 * weight);
    }
  });

  test("grows with the business", () => {
    const { weekdays } = of({ perDayUsd: 100, weekdays: WORKING_WEEK, growthPerDay: 0.01, noise: 0.1 });
    expect(weekdays[3]?.spendUsd).toBeGreaterThan(100);
    expect(weekdays[3]?.spendUsd).toBeLessThan(122);
  });

  test.each([
    ["one of them, last week", { 3: 40 }],
    ["three in a row, up to yesterday", { 1: 10, 2: 30, 3: 8 }],
    ["one a week on the same weekday, two weeks long", { 7: 20, 14: 20 }],
    ["eight of fifty-six", { 2: 9, 9: 9, 16: 9, 18: 9, 31: 9, 32: 9, 33: 9, 50: 9 }],
    ["holidays without any traffic", { 5: 0, 6: 0, 7: 0, 33: 0 }],
  ])("is not moved by past attacks: %s", (_name, lifts) => {
    const shape = { perDayUsd: 100, weekdays: WORKING_WEEK, noise: 0.1 };
    const clean = of(shape);
    const attacked = of({ ...shape, lifts });
    for (const [weekday, { spendUsd }] of clean.weekdays.entries()) {
      expect(attacked.weekdays[weekday]?.spendUsd).toBeGreaterThan(0.85 * spendUsd);
      expect(attacked.weekdays[weekday]?.spendUsd).toBeLessThan(1.15 * spendUsd);
    }
    expect(attacked.spread).toBeLessThan(0.3);
  });

  test("follows a launch within four days", () => {
    const { weekdays } = of({ perDayUsd: 100, lifts: { 1: 3, 2: 3, 3: 3, 4: 3 } });
    expect(weekdays[SATURDAY]?.spendUsd).toBeGreaterThan(250);
  });

  test("of a category that is used now and then is the middle one of its days", () => {
    const lifts = Object.fromEntries(
      Array.from({ length: 56 }, (_, index) => [index + 1, (index + 1) % 5 === 0 ? 1 : 0]),
    );
    const category = of({ perDayUsd: 10, lifts });
    expect(category.weekdays.map(({ spendUsd }) => spendUsd)).toEqual(Array(7).fill(10));
    expect(category.spread).toBe(0.5);
  });

  test("strays by at least a tenth, and by what it really strays", () => {
    expect(of({ perDayUsd: 100 }).spread).toBe(0.1);
    expect(of({ perDayUsd: 100, noise: 0.6 }).spread).toBeGreaterThan(0.15);
  });
});

describe("the hours of a day", () => {
  test("are learned from seven days of our readings, robustly", () => {
    const shape = { perDayUsd: 100, hours: OFFICE, noise: 0.2 };
    const { byHour } = of(shape);
    expect(byHour).toHaveLength(24);
    expect(byHour?.at(-1)).toBe(1);
    expect(byHour?.[12]).toBeGreaterThan(0.1);
    expect(byHour?.[12]).toBeLessThan(0.15);
    expect(byHour?.[17]).toBeGreaterThan(0.5);
    expect([...(byHour ?? [])].sort((one, other) => one - other)).toEqual(byHour);
  });

  test("are not known from six days, nor from days of which we saw only a part", () => {
    const days = daysOf({ perDayUsd: 100 });
    const hours = hoursOf({ perDayUsd: 100 });
    expect(build({ days, hours: hoursOf({ perDayUsd: 100 }, 6) }).categories[SMS]?.byHour).toBeNull();
    const halves = hours.filter(({ hour }) => hour % 24 < 12);
    expect(build({ days, hours: halves }).categories[SMS]?.byHour).toBeNull();
  });
});

test("days are counted from the first usage; an account without any is known all the same", () => {
  expect(build({}).days).toBe(0);
  expect(build({ days: daysOf({ perDayUsd: 1, sinceDaysAgo: 3 }) }).days).toBe(3);
  const unused = build({ days: daysOf({ perDayUsd: 0 }) });
  expect(unused.days).toBe(56);
  expect(unused.categories).toEqual({});
});

test("today and what is older than eight weeks do not count", () => {
  const days = [{ category: SMS, day: nameOfDay(TODAY), spendUsd: 9, count: 1, units: 1 }];
  expect(build({ days }).categories).toEqual({});
  const old = [{ category: SMS, day: nameOfDay(TODAY - 57), spendUsd: 9, count: 1, units: 1 }];
  expect(build({ days: old })).toMatchObject({ days: 0, categories: {} });
});

test("remembers the highest and the newest day", () => {
  const category = of({ perDayUsd: 10, lifts: { 9: 5, 1: 0, 2: 0 } });
  expect(category.highestDay.spendUsd).toBe(50);
  expect(category.lastUsedDay).toBe(nameOfDay(TODAY - 3));
});

describe("destinations", () => {
  const to = (country: string, ...counts: readonly number[]) =>
    counts.map((count, index) => ({ medium: "calls" as const, country, day: nameOfDay(TODAY - 1 - index), count }));

  test("a country that was called on one or two days is no history, an outlier weighs little", () => {
    const destinations = [...to("US", 100, 100, 100, 4000, 100), ...to("LV", 900, 700), ...to("DE", 1, 2, 3)];
    const baseline = build({ destinations, destinationDays: 10 });
    expect(baseline.destinations).toEqual([
      { medium: "calls", country: "US", perDay: 70 },
      { medium: "calls", country: "DE", perDay: 0.6 },
    ]);
  });

  test("in the first week every country seen counts", () => {
    expect(build({ destinations: to("LV", 2), destinationDays: 1 }).destinations).toHaveLength(1);
  });
});

test("the order of what is known does not matter", () => {
  const shape = { perDayUsd: 50, weekdays: WORKING_WEEK, noise: 0.3, hours: OFFICE };
  const other = { ...shape, category: "calls", seed: 9 };
  const days = [...daysOf(shape), ...daysOf(other)];
  const hours = [...hoursOf(shape), ...hoursOf(other)];
  const inOrder = build({ days, hours });
  fc.assert(
    fc.property(
      fc.shuffledSubarray(days, { minLength: days.length }),
      fc.shuffledSubarray(hours, { minLength: hours.length }),
      (someDays, someHours) => {
        expect(build({ days: someDays, hours: someHours })).toEqual(inOrder);
      },
    ),
    { numRuns: 10 },
  );
});

describe("what is expected", () => {
  const shape = { perDayUsd: 100, hours: OFFICE };
  const seasonal = build({ days: daysOf(shape), hours: hoursOf(shape) });

  test("by a moment of the day follows its hours", () => {
    const at = (hours: number) => expected(seasonal, SMS, MIDNIGHT + hours * 3_600_000);
    expect(at(0)?.soFar.spendUsd).toBe(0);
    expect(at(13)?.soFar.spendUsd).toBeCloseTo(1300 / 105, 1);
    expect(at(17.5)?.soFar.spendUsd).toBeCloseTo(5800 / 105, 1);
    expect(at(17.5)?.nextHour.spendUsd).toBeCloseTo(1000 / 105, 1);
    expect(at(24 - 1e-6)?.soFar.spendUsd).toBeCloseTo(100, 1);
  });

  test("is the whole day while its hours are not known, and in the simple mode", () => {
    const byDays = build({ days: daysOf({ perDayUsd: 100, hours: EVEN }) });
    expect(expected(byDays, SMS, MIDNIGHT)).toMatchObject({ soFar: { spendUsd: 100 }, share: null });
    expect(expected(seasonal, SMS, MIDNIGHT, "simple")).toMatchObject({ soFar: { spendUsd: 100 }, share: null });
  });

  test("of what was never used is null, and nothing", () => {
    expect(expected(seasonal, "lookups", NOON)).toBeNull();
    expect(ordinaryDay(seasonal, "lookups", nameOfDay(TODAY)).spendUsd).toBe(0);
  });

  test("is within a band", () => {
    const { low, high } = band(seasonal, SMS, nameOfDay(TODAY));
    expect([low.spendUsd, high.spendUsd]).toEqual([expect.closeTo(80), expect.closeTo(120)]);
    expect(ordinaryDay(seasonal, SMS, nameOfDay(TODAY + 1)).spendUsd).toBeCloseTo(100);
  });
});
