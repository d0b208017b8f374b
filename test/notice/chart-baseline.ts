/** An account on which every day and every hour is alike. */
import type { AccountBaseline } from "../../src/detection/baseline/contract.ts";
import { baselineOf } from "../support/signals.ts";

export const EVEN_DAY = { spendUsd: 48, count: 100, units: 100 };

export function evenBaseline(category: string): AccountBaseline {
  const even = {
    meanDay: EVEN_DAY,
    weekdays: Array.from({ length: 7 }, () => EVEN_DAY),
    spread: 0.1,
    byHour: Array.from({ length: 24 }, (_, hour) => (hour + 1) / 24),
    highestDay: EVEN_DAY,
    lastUsedDay: "2026-11-20",
  };
  return baselineOf({ categories: { [category]: even } });
}
