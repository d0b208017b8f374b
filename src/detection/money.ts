import type { MoneyAtRisk } from "./contract.ts";

const HOUR_MS = 60 * 60_000;

/** What the logs cost that were read in the last hour. Of a log that was cut, a lower bound. */
export function moneyOf(spentUsd: number, { isCut, spanMs }: { isCut: boolean; spanMs: number }): MoneyAtRisk {
  // After a time without us one reading tells of hours.
  const perHourUsd = Math.round((spentUsd * 100 * HOUR_MS) / Math.max(HOUR_MS, spanMs)) / 100;
  const money = { perHourUsd, lostTodayUsd: spentUsd };
  return isCut ? { ...money, isAtLeast: true } : money;
}

/** The time that these readings tell of together. */
export function spanOf(readings: readonly { readonly atMs: number; readonly sinceMs: number }[]): number {
  if (readings.length === 0) return 0;
  return Math.max(...readings.map(({ atMs }) => atMs)) - Math.min(...readings.map(({ sinceMs }) => sinceMs));
}
