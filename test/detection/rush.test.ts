import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildBaseline } from "../../src/detection/baseline/build.ts";
import { nameOfDay } from "../../src/detection/baseline/days.ts";
import type { Scene } from "../../src/detection/contract.ts";
import { rush } from "../../src/detection/rush.ts";
import type { UsageReadingSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { scene } from "../support/signals.ts";
import { daysOf, hoursOf, MIDNIGHT, OFFICE, type Shape, TODAY } from "./baseline/shapes.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** 210 codes a day, 20 of them in each hour of the office. */
const CODES: Shape = { category: "verify-package-plans", perDayUsd: 1.05, eachUsd: 0.005, hours: OFFICE };
const BASELINE = known([CODES]);

function known(shapes: readonly Shape[], areHoursKnown = true) {
  return buildBaseline({
    days: shapes.flatMap((shape) => daysOf(shape)),
    hours: areHoursKnown ? shapes.flatMap((shape) => hoursOf(shape)) : [],
    destinations: [],
    destinationDays: 0,
    addresses: [],
    nowMs: MIDNIGHT,
  });
}

/** So many within the minutes up to that hour of the day. */
function came(count: number, hour: number, changes: Partial<UsageReadingSignal> = {}): UsageReadingSignal {
  const atMs = MIDNIGHT + hour * HOUR;
  return {
    kind: "usage-reading",
    accountSid: ACCOUNT,
    atMs,
    category: "verify-package-plans",
    day: nameOfDay(TODAY),
    spendUsd: (100 + count) * 0.03,
    count: 100 + count,
    units: 100 + count,
    before: { atMs: atMs - MINUTE, spendUsd: 3, count: 100 },
    ...changes,
  };
}

function said(signals: readonly UsageReadingSignal[], changes: Partial<Scene> = {}) {
  const nowMs = Math.max(...signals.map(({ atMs }) => atMs)) + 1_000;
  return rush.evaluate(scene(signals, { baseline: BASELINE, nowMs, ...changes }));
}

test("more within a minute than half as much again as in an hour is told at once", () => {
  expect(said([came(33, 14)])).toMatchObject([
    {
      threat: "verify-pumping",
      severity: "critical",
      summary: "Verifications came in a rush: 33 within a minute, where 20 are usual in an hour.",
      category: "verify-package-plans",
      lastSignalAtMs: MIDNIGHT + 14 * HOUR,
    },
  ]);
});

test("look-ups are told from fifty on: Tollgate makes a few itself", () => {
  const baseline = known([{ ...CODES, category: "lookups" }]);
  expect(said([came(49, 14, { category: "lookups" })], { baseline })).toEqual([]);
  expect(said([came(50, 14, { category: "lookups" })], { baseline })).toMatchObject([{ threat: "lookup-abuse" }]);
});

describe("is not", () => {
  test.each([
    ["a busy minute", [came(29, 14)]],
    ["a few, where there are usually fewer", [came(19, 3)]],
    ["what costs next to nothing", [came(33, 14, { spendUsd: 3.05 })]],
    ["the total", [came(33, 14, { category: "totalprice" })]],
    ["what earns strangers nothing", [came(33, 14, { category: "recordings" })]],
    ["what was never used: another rule tells it", [came(33, 14, { category: "verify-sna" })]],
  ])("%s", (_name, signals) => {
    expect(said(signals)).toEqual([]);
  });

  test("a batch that comes every day at that hour", () => {
    const hours = Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 100 : 0));
    const baseline = known([{ ...CODES, hours }]);
    expect(said([came(250, 9.1)], { baseline })).toEqual([]);
    expect(said([came(250, 15)], { baseline })).toHaveLength(1);
  });

  test("anything on an account that is not known for a week", () => {
    expect(said([came(900, 14)], { baseline: { ...BASELINE, days: 6 } })).toEqual([]);
    expect(said([came(900, 14)], { baseline: null })).toEqual([]);
  });
});

test("while hours are not known, a fifth of a day at once is one", () => {
  const baseline = known([CODES], false);
  expect(said([came(38, 14)], { baseline })).toEqual([]);
  expect(said([came(40, 14)], { baseline })).toHaveLength(1);
});

test("it is still told when nobody looked for half an hour, with the time at which it was", () => {
  const after = came(34, 14.5, {
    before: { atMs: MIDNIGHT + 14.48 * HOUR, spendUsd: 3.99, count: 133 },
    spendUsd: 4.02,
  });
  expect(said([came(33, 14), after])).toMatchObject([{ lastSignalAtMs: MIDNIGHT + 14 * HOUR }]);
});

test("more at once never makes less of it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (count, more) => {
      expect(said([came(count + more, 14)]).length).toBeGreaterThanOrEqual(said([came(count, 14)]).length);
    }),
  );
});
