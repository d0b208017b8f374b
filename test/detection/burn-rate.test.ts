import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { burnRate } from "../../src/detection/burn-rate.ts";
import { NOON } from "../support/signals.ts";

const MINUTE = 60_000;
const reading = (afterMs: number, spendTodayUsd: number | null) => ({ atMs: NOON + afterMs, spendTodayUsd });

describe("money per hour", () => {
  test.each([
    ["nothing read", [], null],
    ["one reading", [reading(0, 10)], null],
    ["two readings", [reading(0, 10), reading(2 * MINUTE, 14)], 120],
    ["the newest first", [reading(2 * MINUTE, 14), reading(0, 10)], 120],
    ["readings too close together", [reading(0, 10), reading(1_999, 12)], null],
    ["the same reading twice", [reading(0, 10), reading(0, 10)], null],
    ["no spending", [reading(0, 10), reading(MINUTE, 10)], 0],
    ["a correction downwards", [reading(0, 10), reading(MINUTE, 9)], null],
    ["one that could not be read between", [reading(0, 10), reading(1, null), reading(2 * MINUTE, 14)], 120],
    ["a step that came late", [reading(0, 10), reading(MINUTE, 10), reading(2 * MINUTE, 14)], 120],
    ["what is older than ten minutes", [reading(-11 * MINUTE, 0), reading(0, 10), reading(2 * MINUTE, 14)], 120],
    ["only something long ago", [reading(-11 * MINUTE, 0), reading(0, 10)], null],
  ])("%s", (_name, readings, expected) => {
    const rate = expected === null ? null : { perHourUsd: expected, isAtLeast: false };
    expect(burnRate(readings)).toEqual(rate);
  });

  test("a step that was seen within seconds was spent in minutes: it is a lower bound, and no wild figure", () => {
    // Readings of an attack: 17.94 USD appeared between two that were six seconds apart, which is no 10,475 USD an hour.
    expect(burnRate([reading(0, 0), reading(6_166, 17.94)])).toEqual({ perHourUsd: 538.2, isAtLeast: true });
    expect(burnRate([reading(0, 10), reading(2 * MINUTE - 1, 14)])).toEqual({ perHourUsd: 120, isAtLeast: true });
  });

  test("is never more than what was spent, over two minutes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 * MINUTE }), fc.integer({ min: 0, max: 1_000 })), {
          minLength: 1,
        }),
        (read) => {
          const readings = read.map(([afterMs, usd]) => reading(afterMs, usd));
          const mostUsd = Math.max(...read.map(([, usd]) => usd));
          expect(burnRate(readings)?.perHourUsd ?? 0).toBeLessThanOrEqual(30 * mostUsd);
        },
      ),
    );
  });

  test("midnight GMT begins a new sum", () => {
    const midnight = Date.parse("2026-11-22T00:00:00Z");
    const before = { atMs: midnight - 1_000, spendTodayUsd: 900 };
    expect(burnRate([before, { atMs: midnight + MINUTE, spendTodayUsd: 901 }])).toBeNull();
    const after = [midnight + MINUTE, midnight + 3 * MINUTE].map((atMs, index) => ({ atMs, spendTodayUsd: index }));
    expect(burnRate([before, ...after])).toEqual({ perHourUsd: 30, isAtLeast: false });
  });
});
