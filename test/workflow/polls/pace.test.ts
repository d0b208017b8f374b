import { expect, test } from "vitest";
import { backOffMs, nextSlotMs, spreadMs } from "../../../src/workflow/polls/pace.ts";

const MINUTE = 60_000;
const keys = Array.from({ length: 500 }, (_, index) => `usage.AC${index.toString(16).padStart(32, "0")}`);

test("the next slot is in the future, at most a period away, and the same whenever it is asked for", () => {
  for (const key of keys.slice(0, 50)) {
    const first = nextSlotMs(key, MINUTE, 1_000_000);
    expect(first).toBeGreaterThan(1_000_000);
    expect(first).toBeLessThanOrEqual(1_000_000 + MINUTE);
    expect(nextSlotMs(key, MINUTE, first - 1)).toBe(first);
    expect(nextSlotMs(key, MINUTE, first)).toBe(first + MINUTE);
  }
});

test("accounts are spread evenly over a period", () => {
  const perSecond = new Map<number, number>();
  for (const key of keys) {
    const second = Math.floor(spreadMs(key, 125_000) / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(15);
  expect(perSecond.size).toBeGreaterThan(100);
});

test("each failure in a row waits longer, up to ten minutes, and no less than was asked for, up to ten minutes too", () => {
  expect([1, 2, 3, 20].map((failures) => backOffMs(failures, undefined))).toEqual([5_000, 10_000, 20_000, 600_000]);
  expect(backOffMs(1, 90_000)).toBe(90_000);
  expect(backOffMs(9, 1_000)).toBe(600_000);
  expect(backOffMs(1, 24 * 60 * MINUTE)).toBe(600_000);
});
