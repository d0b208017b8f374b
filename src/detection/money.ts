import type { MoneyAtRisk } from "./contract.ts";

/** What the logs of the last hour cost. Of a log that was cut, a lower bound. */
export function moneyOf(lastHourUsd: number, isCut: boolean): MoneyAtRisk {
  const money = { perHourUsd: lastHourUsd, lostTodayUsd: lastHourUsd };
  return isCut ? { ...money, isAtLeast: true } : money;
}
