import type { AccountBaseline, Amount, DayUsage } from "../detection/baseline/contract.ts";

/** What a busy but ordinary day of one category is, and the highest day that is known. */
export interface Ordinary {
  readonly busiest: Amount;
  readonly highest: Amount;
}

/** Twilio's usage category -> its ordinary days. One that is missing was never used. */
export type OrdinaryDays = Readonly<Record<string, Ordinary>>;

export function ordinaryOfBaseline(baseline: AccountBaseline): OrdinaryDays {
  return Object.fromEntries(
    Object.entries(baseline.categories).map(([category, { meanDay, weekdays, highestDay }]) => [
      category,
      { busiest: highestOf(weekdays.length === 0 ? [meanDay] : weekdays), highest: highestDay },
    ]),
  );
}

/**
 * The same from Usage Records, while there is no baseline: the median of each weekday, so that one bad day changes nothing.
 * `everUsed`: categories with usage before these days.
 */
export function ordinaryOfDays(days: readonly DayUsage[], everUsed: readonly string[]): OrdinaryDays {
  const byCategory = new Map<string, DayUsage[]>(everUsed.map((category) => [category, []]));
  for (const day of days) {
    const known = byCategory.get(day.category);
    if (known !== undefined) known.push(day);
    else if (isUse(day)) byCategory.set(day.category, [day]);
  }
  return Object.fromEntries([...byCategory].map(([category, known]) => [category, ordinaryOf(known)]));
}

function ordinaryOf(days: readonly DayUsage[]): Ordinary {
  const weekdays = [0, 1, 2, 3, 4, 5, 6].map((weekday) =>
    medianOf(days.filter(({ day }) => new Date(`${day}T00:00:00Z`).getUTCDay() === weekday)),
  );
  return { busiest: highestOf(weekdays), highest: highestOf(days) };
}

export function isUse({ spendUsd, count, units }: Amount): boolean {
  return spendUsd > 0 || count > 0 || units > 0;
}

function highestOf(amounts: readonly Amount[]): Amount {
  return combined(amounts, (values) => Math.max(0, ...values));
}

function medianOf(amounts: readonly Amount[]): Amount {
  return combined(amounts, (values) => {
    const sorted = [...values].sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  });
}

function combined(amounts: readonly Amount[], combine: (values: readonly number[]) => number): Amount {
  return {
    spendUsd: combine(amounts.map(({ spendUsd }) => spendUsd)),
    count: combine(amounts.map(({ count }) => count)),
    units: combine(amounts.map(({ units }) => units)),
  };
}
