import { describe, expect, test } from "vitest";
import { bearsOut, destinationsOf, type Readings, toObservation, usualDays } from "../../src/detection/observation.ts";
import { observationFixture } from "../support/fixtures.ts";
import { NOON } from "../support/signals.ts";

const SETTINGS = { allowedCountries: ["US", "ca"] };

const row = (startDate: string, spendUsd: number, category = "calls-outbound") => ({
  category,
  spendUsd,
  usage: spendUsd * 10,
  startDate,
});

const READINGS: Readings = {
  atMs: NOON,
  category: "calls-outbound",
  usageToday: [row("2026-11-21", 63.25), row("2026-11-21", 999, "sms")],
  usageOfDays: [row("2026-11-14", 7), row("2026-11-20", 14), row("2026-11-21", 63), row("2026-11-13", 500)],
  traffic: {
    byCountry: new Map([
      ["US", 50],
      ["LV", 12],
      ["EE", 40],
      ["CA", 3],
      ["GB", 0],
    ]),
    live: 4,
  },
  previous: [],
  missing: [],
};

test("puts money, speed and places together", () => {
  const previous = [
    observationFixture({ atMs: NOON - 60_000, spendTodayUsd: 61.25 }),
    observationFixture({ atMs: NOON - 120_000, spendTodayUsd: 1, category: "sms" }),
  ];
  expect(toObservation({ ...READINGS, previous }, SETTINGS)).toEqual({
    atMs: NOON,
    category: "calls-outbound",
    spendTodayUsd: 63.25,
    usualDayUsd: 3,
    unitsToday: 632.5,
    burnPerHourUsd: 60,
    burnIsAtLeast: true,
    liveCalls: 4,
    destinations: [
      { country: "EE", calls: 40, isAllowed: false },
      { country: "LV", calls: 12, isAllowed: false },
      { country: "US", calls: 50, isAllowed: true },
      { country: "CA", calls: 3, isAllowed: true },
    ],
    missing: [],
  });
});

test("of traffic that was cut it says so", () => {
  const traffic = { byCountry: new Map([["LV", 1_000]]), live: 12, isCut: true };
  expect(toObservation({ ...READINGS, traffic }, SETTINGS)).toMatchObject({ trafficIsCut: true });
  expect(toObservation(READINGS, SETTINGS)).not.toHaveProperty("trafficIsCut");
});

test("what could not be read is null and named, the rest is there", () => {
  const missing = ["today's usage", "recent calls"];
  const previous = [
    observationFixture({ atMs: NOON - 60_000, spendTodayUsd: 60 }),
    observationFixture({ atMs: NOON - 120_000, spendTodayUsd: 50 }),
  ];
  expect(toObservation({ ...READINGS, usageToday: null, traffic: null, previous, missing }, SETTINGS)).toMatchObject({
    spendTodayUsd: null,
    unitsToday: null,
    burnPerHourUsd: null,
    usualDayUsd: 3,
    liveCalls: null,
    destinations: [],
    missing,
  });
});

test("no row says nothing, a row of zero says zero", () => {
  expect(toObservation({ ...READINGS, usageToday: [], usageOfDays: [] }, SETTINGS)).toMatchObject({
    spendTodayUsd: null,
    usualDayUsd: null,
  });
  const zero = { ...READINGS, usageToday: [row("2026-11-21", 0)], usageOfDays: [row("2026-11-20", 0)] };
  expect(toObservation(zero, SETTINGS)).toMatchObject({ spendTodayUsd: 0, usualDayUsd: 0 });
});

test("the usual days are the seven before today, in GMT", () => {
  expect(usualDays(NOON)).toEqual({ startDate: "2026-11-14", endDate: "2026-11-20" });
});

describe("destinations", () => {
  test("of equal traffic come in a fixed order", () => {
    const countries = ["LV", "EE", "AZ"];
    const orders = [countries, countries.toReversed()].map((order) =>
      destinationsOf(new Map(order.map((country) => [country, 1])), []).map(({ country }) => country),
    );
    expect(orders).toEqual([
      ["AZ", "EE", "LV"],
      ["AZ", "EE", "LV"],
    ]);
  });
});

test("a reading bears out what was reported when the money is there, or traffic goes where it should not", () => {
  const seen = { ...observationFixture(), spendTodayUsd: 20, destinations: [] };
  expect(bearsOut(seen, 25)).toBe(true);
  expect(bearsOut(seen, 90)).toBe(false);
  expect(bearsOut({ ...seen, spendTodayUsd: 0, unitsToday: 0 }, null)).toBe(false);
  expect(bearsOut({ ...seen, spendTodayUsd: null, unitsToday: 3 }, null)).toBe(true);
  const abroad = { ...seen, spendTodayUsd: 0, destinations: [{ country: "LV", calls: 2, isAllowed: false }] };
  expect(bearsOut(abroad, 90)).toBe(true);
});
