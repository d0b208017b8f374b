import type { AccountBaseline, Amount } from "../detection/baseline/contract.ts";

/** What a busy but ordinary day of one category is, and the highest day that is known. */
export interface Ordinary {
  readonly busiest: Amount;
  readonly highest: Amount;
}

/** Twilio's usage category -> its ordinary days. One that is missing was never used. */
export type OrdinaryDays = Readonly<Record<string, Ordinary>>;

const NOTHING: Amount = { spendUsd: 0, count: 0, units: 0 };

/** `everUsed`: categories with usage before the days that the baseline knows. */
export function ordinaryDays(baseline: AccountBaseline, everUsed: readonly string[] = []): OrdinaryDays {
  const unused = everUsed.map((category) => [category, { busiest: NOTHING, highest: NOTHING }] as const);
  const known = Object.entries(baseline.categories).map(
    ([category, { meanDay, weekdays, highestDay }]) =>
      [category, { busiest: highestOf(weekdays.length === 0 ? [meanDay] : weekdays), highest: highestDay }] as const,
  );
  return Object.fromEntries([...unused, ...known]);
}

function highestOf(amounts: readonly Amount[]): Amount {
  const highest = (of: (amount: Amount) => number) => Math.max(0, ...amounts.map(of));
  return {
    spendUsd: highest(({ spendUsd }) => spendUsd),
    count: highest(({ count }) => count),
    units: highest(({ units }) => units),
  };
}
