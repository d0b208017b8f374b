import { describe, expect, test } from "vitest";
import { burnPerHourUsd } from "../../src/detection/burn-rate.ts";
import { NOON } from "../support/signals.ts";

const MINUTE = 60_000;
const reading = (afterMs: number, spendTodayUsd: number | null) => ({ atMs: NOON + afterMs, spendTodayUsd });

describe("money per hour", () => {
  test.each([
    ["nothing read", [], null],
    ["one reading", [reading(0, 10)], null],
    ["two readings", [reading(0, 10), reading(MINUTE, 12)], 120],
    ["the newest first", [reading(MINUTE, 12), reading(0, 10)], 120],
    ["readings too close together", [reading(0, 10), reading(1_999, 12)], null],
    ["readings just far enough", [reading(0, 10), reading(2_000, 12)], 3_600],
    ["the same reading twice", [reading(0, 10), reading(0, 10)], null],
    ["no spending", [reading(0, 10), reading(MINUTE, 10)], 0],
    ["a correction downwards", [reading(0, 10), reading(MINUTE, 9)], null],
    ["one that could not be read between", [reading(0, 10), reading(1, null), reading(MINUTE, 12)], 120],
    ["a step that came late", [reading(0, 10), reading(MINUTE, 10), reading(2 * MINUTE, 14)], 120],
    ["what is older than ten minutes", [reading(-11 * MINUTE, 0), reading(0, 10), reading(MINUTE, 12)], 120],
    ["only something long ago", [reading(-11 * MINUTE, 0), reading(0, 10)], null],
  ])("%s", (_name, readings, expected) => {
    expect(burnPerHourUsd(readings)).toBe(expected);
  });

  test("midnight GMT begins a new sum", () => {
    const midnight = Date.parse("2026-11-22T00:00:00Z");
    const before = { atMs: midnight - 1_000, spendTodayUsd: 900 };
    expect(burnPerHourUsd([before, { atMs: midnight + MINUTE, spendTodayUsd: 901 }])).toBeNull();
    const after = [midnight + MINUTE, midnight + 2 * MINUTE].map((atMs, index) => ({ atMs, spendTodayUsd: index }));
    expect(burnPerHourUsd([before, ...after])).toBe(60);
  });
});
