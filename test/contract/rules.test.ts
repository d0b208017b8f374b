import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldIntoBuckets } from "../../src/detection/fold.ts";
import { rules } from "../../src/detection/index.ts";
import { threatTitle } from "../../src/detection/threats.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import { crossing, errorSignal, NOON, sceneOf } from "../support/signals.ts";

const HOUR = 3_600_000;
const ACCOUNTS = ["1", "7"].map((digit) => `AC${digit.repeat(32)}` as AccountSid);

const accountSid = fc.constantFrom(...ACCOUNTS);
/** Few moments, so that signals often share one. */
const atMs = fc.integer({ min: 0, max: 8 }).map((quarters) => NOON - quarters * (HOUR / 4));

const usage = fc
  .record({
    accountSid,
    atMs,
    triggerSid: fc.constantFrom("2", "3", "4").map((digit) => `UT${digit.repeat(32)}`),
    category: fc.constantFrom("calls-outbound", "calls", "sms", "totalprice", "recordings"),
    measure: fc.constantFrom("count", "usage", "price"),
    threshold: fc.integer({ min: 0, max: 3 }),
    value: fc.integer({ min: 0, max: 9 }),
    recurring: fc.constantFrom("daily", "monthly", "yearly", "once"),
  })
  .map((changes) => crossing(changes));

const burst = fc
  .record({
    accountSid,
    code: fc.constantFrom("20003", "32201", "32202", "11200", "13227", "21408", "30007"),
    atMs,
    count: fc.integer({ min: 1, max: 30 }),
    resourceSid: fc.constantFrom(null, `CA${"5".repeat(32)}`, `CA${"6".repeat(32)}`),
  })
  .map(({ accountSid: sid, code, atMs: at, count, resourceSid }) =>
    Array.from({ length: count }, (_, index) => ({
      ...errorSignal(code, Math.min(NOON, at + index * 100), sid),
      resourceSid,
    })),
  );

const signals = fc
  .array(
    fc.oneof(
      usage.map((one) => [one]),
      burst,
    ),
    { maxLength: 12 },
  )
  .map((groups) => groups.flat());

const inTwoOrders = signals.chain((all) =>
  fc.record({ one: fc.constant(all), other: fc.shuffledSubarray(all, { minLength: all.length }) }),
);

function alertsOf(given: readonly (typeof rules)[number][], all: Parameters<typeof foldIntoBuckets>[1]) {
  const buckets = foldIntoBuckets([], all);
  return given
    .flatMap((rule) => rule.evaluate(sceneOf(buckets)))
    .sort((one, other) => (one.dedupKey < other.dedupKey ? -1 : 1));
}

test("no two rules have one id, none concludes a dedup key that another concludes", () => {
  expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
  fc.assert(
    fc.property(signals, (all) => {
      const keys = alertsOf(rules, all).map((alert) => alert.dedupKey);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

describe.each(rules)("rule $id", (rule) => {
  test("says nothing of nothing", () => {
    expect(rule.evaluate(sceneOf([]))).toEqual([]);
  });

  test("says the same when asked twice, and whatever the order of the signals", () => {
    fc.assert(
      fc.property(inTwoOrders, ({ one, other }) => {
        const alerts = alertsOf([rule], one);
        expect(alertsOf([rule], one)).toEqual(alerts);
        expect(alertsOf([rule], other)).toEqual(alerts);
      }),
    );
  });

  test("says the same whatever the order of the buckets", () => {
    fc.assert(
      fc.property(signals, (all) => {
        const buckets = foldIntoBuckets([], all);
        const byKey = (given: typeof buckets) =>
          rule
            .evaluate(sceneOf(given))
            .map((alert) => JSON.stringify(alert))
            .sort();
        expect(byKey(buckets.toReversed())).toEqual(byKey(buckets));
      }),
    );
  });

  test("an alert names its account, a titled threat, a sentence and a true span of time", () => {
    fc.assert(
      fc.property(signals, (all) => {
        for (const alert of alertsOf([rule], all)) {
          expect(ACCOUNTS).toContain(alert.accountSid);
          expect(alert.dedupKey).toBe(`${alert.accountSid}.${alert.threat}`);
          expect(alert.threat).toMatch(/^[a-z0-9-]+$/);
          expect(threatTitle(alert.threat)).not.toBe(alert.threat);
          expect(alert.summary).toMatch(/^[A-Z0-9].*[^.]\.$/);
          expect(alert.evidence.length).toBeGreaterThan(0);
          expect(alert.evidence.length).toBeLessThanOrEqual(10);
          expect(alert.firstSignalAtMs).toBeLessThanOrEqual(alert.lastSignalAtMs);
          expect(alert.lastSignalAtMs).toBeGreaterThan(NOON - HOUR);
        }
      }),
    );
  });
});
