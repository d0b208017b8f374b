/** Whatever a chart may have to show: no day and many, nothing and huge sums, one point, long names. */
import fc from "fast-check";
import type { ChartSpec } from "../../src/notice/chart.ts";

const words = fc.oneof(
  fc.constantFrom("Latvia", "Saint Vincent and the Grenadines", "Côte d’Ivoire", "Error 32202 (SIP call refused)", "—"),
  fc.string({ unit: "grapheme", maxLength: 120 }),
);
const asOf = fc.constant("21 Nov 03:24 UTC");
const amount = fc.oneof(
  fc.constantFrom(0, 0.01, 1, 999.99, 1_000, 123_456_789, 9.99e14),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
);
const firstDayMs = fc.integer({ min: 14_000, max: 30_000 }).map((days) => days * 86_400_000);
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

const days: fc.Arbitrary<ChartSpec> = fc
  .record({ from: firstDayMs, amounts: fc.array(fc.tuple(amount, fc.nat(2_000_000)), { minLength: 1, maxLength: 31 }) })
  .chain(({ from, amounts }) => {
    const list = amounts.map(([usd, count], index) => ({ day: dayOf(from + index * 86_400_000), usd, count }));
    const day = fc.constantFrom(...list.map((each) => each.day));
    return fc.record({
      kind: fc.constant("days" as const),
      title: words,
      asOf,
      days: fc.constant(list),
      counted: fc.option(words, { nil: null }),
      isRunning: fc.boolean(),
      usual: fc.option(fc.constant(list.map(({ usd }) => ({ low: usd * 0.6, high: usd * 1.4 }))), { nil: null }),
      changes: fc
        .array(fc.record({ day, text: words }), { maxLength: 9 })
        .map((changes) => changes.toSorted((one, other) => (one.day < other.day ? -1 : 1))),
    });
  });

const bars: fc.Arbitrary<ChartSpec> = fc.record({
  kind: fc.constant("bars" as const),
  title: words,
  asOf,
  bars: fc.array(fc.record({ label: words, value: amount, isMarked: fc.boolean() }), { maxLength: 14 }),
  mark: fc.constant("not on your list"),
  others: fc.option(fc.record({ kinds: fc.integer({ min: 1, max: 200 }), value: amount }), { nil: null }),
});

const hours: fc.Arbitrary<ChartSpec> = fc.record({
  kind: fc.constant("hours" as const),
  title: words,
  asOf,
  today: fc.array(fc.record({ hour: fc.double({ min: 0, max: 24, noNaN: true }), usd: amount }), { maxLength: 60 }),
  usual: fc.option(
    amount.map((usd) => Array.from({ length: 25 }, (_, hour) => (usd * hour) / 24)),
    { nil: null },
  ),
  spread: fc.double({ min: 0, max: 3, noNaN: true }),
});

export const anySpec: fc.Arbitrary<ChartSpec> = fc.oneof(days, bars, hours);
