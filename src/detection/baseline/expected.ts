import type { AccountBaseline, Amount, CategoryBaseline } from "./contract.ts";
import { DAY_MS, HOUR_MS, numberOfDay, weekdayOf } from "./days.ts";
import { shareAt } from "./hours.ts";

export type BaselineMode = "seasonal" | "simple";

/** What would be ordinary of one category at one moment. */
export interface Expected {
  /** Of the whole GMT day. */
  readonly day: Amount;
  /** From midnight GMT to this moment; the whole day while its hours are not known, as no less could be called too much. */
  readonly soFar: Amount;
  /** In the hour after this moment; of an even day while hours are not known. */
  readonly nextHour: Amount;
  /** Share of the day that is ordinarily there by now; null while hours are not known. */
  readonly share: number | null;
  /** How far ordinary days stray, as a share of them. */
  readonly spread: number;
}

const NOTHING: Amount = { spendUsd: 0, count: 0, units: 0 };

/** Null: the category was never used. */
export function expected(
  baseline: AccountBaseline,
  category: string,
  atMs: number,
  mode: BaselineMode = "seasonal",
): Expected | null {
  const known = baseline.categories[category];
  if (known === undefined) return null;
  const day = dayOf(known, weekdayOf(Math.floor(atMs / DAY_MS)), mode);
  const byHour = mode === "seasonal" ? known.byHour : null;
  const share = byHour === null ? null : shareAt(byHour, atMs);
  return {
    day,
    share,
    soFar: times(day, share ?? 1),
    nextHour: times(day, byHour === null ? HOUR_MS / DAY_MS : hourAhead(byHour, atMs)),
    spread: known.spread,
  };
}

/** What is ordinary of a category on a GMT day (`YYYY-MM-DD`); nothing when it was never used. */
export function ordinaryDay(
  baseline: AccountBaseline,
  category: string,
  day: string,
  mode: BaselineMode = "seasonal",
): Amount {
  const known = baseline.categories[category];
  return known === undefined ? NOTHING : dayOf(known, weekdayOf(numberOfDay(day)), mode);
}

export interface Band {
  readonly low: Amount;
  readonly high: Amount;
}

/** Nineteen ordinary days of twenty are within so many spreads. */
const BAND_SPREADS = 2;

/** Between which amounts an ordinary GMT day of a category ends. */
export function band(baseline: AccountBaseline, category: string, day: string, mode: BaselineMode = "seasonal"): Band {
  const ordinary = ordinaryDay(baseline, category, day, mode);
  const stray = BAND_SPREADS * (baseline.categories[category]?.spread ?? 0);
  return { low: times(ordinary, Math.max(0, 1 - stray)), high: times(ordinary, 1 + stray) };
}

function dayOf(known: CategoryBaseline, weekday: number, mode: BaselineMode): Amount {
  return mode === "simple" ? known.meanDay : (known.weekdays[weekday] ?? known.meanDay);
}

/** Over midnight the next day's first hour follows, as if it were the same weekday. */
function hourAhead(byHour: readonly number[], atMs: number): number {
  const now = shareAt(byHour, atMs);
  const then = shareAt(byHour, atMs + HOUR_MS);
  return then >= now ? then - now : 1 - now + then;
}

function times({ spendUsd, count, units }: Amount, factor: number): Amount {
  return { spendUsd: spendUsd * factor, count: count * factor, units: units * factor };
}
