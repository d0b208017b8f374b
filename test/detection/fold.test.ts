import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketKey, foldIntoBuckets, LOOKBACK_MS, MINUTE_MS, recentSeries } from "../../src/detection/fold.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { crossing, errorSignal, errors, NOON } from "../support/signals.ts";

test("a signal counts in the minute in which it happened, with those of its series", () => {
  const minute = NOON / MINUTE_MS;
  expect(bucketKey(errorSignal("32202", NOON + 59_999))).toEqual({
    accountSid: ACCOUNT,
    series: "error:32202",
    minute,
  });
  expect(bucketKey(errorSignal("32202", NOON + 60_000)).minute).toBe(minute + 1);
  expect(bucketKey(crossing()).series).toBe(`usage:UT${"2".repeat(32)}`);
});

test("10,000 signals of a minute are one bucket", () => {
  const [bucket, ...others] = foldIntoBuckets([], errors("20003", 10_000, NOON, 5));
  expect(others).toEqual([]);
  expect(bucket).toMatchObject({ count: 10_000, firstAtMs: NOON, lastAtMs: NOON + 49_995 });
});

test("folding in portions, in any order, gives the same buckets as folding at once", () => {
  // Few moments, so that signals often share one.
  const atMs = fc.integer({ min: 0, max: 6 }).map((halves) => NOON + halves * 30_000);
  const signal = fc.oneof(
    fc
      .record({ atMs, value: fc.constantFrom(1, 2), threshold: fc.constantFrom(1, 2) })
      .map((changes) => crossing(changes)),
    fc
      .record({ code: fc.constantFrom("20003", "32202"), atMs, resourceSid: fc.constantFrom(null, "CA1", "CA2") })
      .map(({ code, atMs: at, resourceSid }) => ({ ...errorSignal(code, at), resourceSid })),
  );
  const shuffled = fc.array(signal, { maxLength: 30 }).chain((signals) =>
    fc.record({
      signals: fc.constant(signals),
      reordered: fc.shuffledSubarray(signals, { minLength: signals.length }),
      cut: fc.nat({ max: signals.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ signals, reordered, cut }) => {
      const inPortions = foldIntoBuckets(foldIntoBuckets([], reordered.slice(0, cut)), reordered.slice(cut));
      expect(inPortions).toEqual(foldIntoBuckets([], signals));
    }),
  );
});

test("of the same moment the greater value shows", () => {
  const signals = [crossing({ value: 99 }), crossing({ value: 100 }), crossing({ value: 98 })];
  expect(foldIntoBuckets([], signals)[0]?.last).toMatchObject({ value: 100 });
});

describe("what the rules still look at", () => {
  test("ends an hour after the last signal of a bucket", () => {
    const buckets = foldIntoBuckets([], [errorSignal("20003")]);
    expect(recentSeries(buckets, NOON + LOOKBACK_MS - 1).size).toBe(1);
    expect(recentSeries(buckets, NOON + LOOKBACK_MS).size).toBe(0);
  });
});
