import type { DayUsage, HourUsage } from "./contract.ts";
import { DAY_MS, HOUR_MS, numberOfDay } from "./days.ts";
import { median } from "./robust.ts";

const HOURS = DAY_MS / HOUR_MS;
/** Fewer days do not tell a rhythm from chance. */
const DAYS_NEEDED = 7;
/** Our readings of a day count when they found this much of what Twilio says of it: else we were down for hours. */
const FOUND = { least: 0.85, most: 1.15 } as const;

/**
 * Share of an ordinary day that is there by the end of each hour: the middle of many days, each as a share of itself. All of
 * one category. Null while too few days are known.
 */
export function byHourOf(hours: readonly HourUsage[], days: readonly DayUsage[]): readonly number[] | null {
  const amountOf = measureOf(days);
  const byDay = new Map<number, number[]>();
  for (const reading of hours) {
    const day = Math.floor(reading.hour / HOURS);
    const amounts = byDay.get(day) ?? Array.from({ length: HOURS }, () => 0);
    const hour = reading.hour - day * HOURS;
    amounts[hour] = (amounts[hour] ?? 0) + amountOf(reading);
    byDay.set(day, amounts);
  }
  const curves = days.flatMap((day) => {
    const amounts = byDay.get(numberOfDay(day.day));
    const total = amountOf(day);
    if (amounts === undefined || total <= 0) return [];
    const found = amounts.reduce((sum, amount) => sum + amount, 0);
    if (found < total * FOUND.least || found > total * FOUND.most) return [];
    return [cumulative(amounts.map((amount) => amount / found))];
  });
  if (curves.length < DAYS_NEEDED) return null;
  // Each curve grows, hence so does the middle of all.
  return Array.from({ length: HOURS }, (_, hour) => (hour === HOURS - 1 ? 1 : median(curves.map((c) => c[hour] ?? 1))));
}

/** Money, or what is counted where nothing is paid. */
function measureOf(days: readonly DayUsage[]): (amount: { spendUsd: number; count: number }) => number {
  return days.some((day) => day.spendUsd > 0) ? (amount) => amount.spendUsd : (amount) => amount.count;
}

function cumulative(shares: readonly number[]): readonly number[] {
  let sum = 0;
  return shares.map((share) => {
    sum += share;
    return Math.min(1, sum);
  });
}

/** Share of the day that is there at this moment, straight between the ends of the hours. */
export function shareAt(byHour: readonly number[], atMs: number): number {
  const inDay = (atMs % DAY_MS) / HOUR_MS;
  const hour = Math.floor(inDay);
  const before = hour === 0 ? 0 : (byHour[hour - 1] ?? 0);
  return before + ((byHour[hour] ?? 1) - before) * (inDay - hour);
}
