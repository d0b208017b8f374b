import type { AccountBaseline } from "./baseline/contract.ts";
import { dayNumber, numberOfDay } from "./baseline/days.ts";
import type { Alert, Rule, Scene } from "./contract.ts";
import { type FirstUse, firstUses } from "./first-use.ts";
import { counted } from "./phrase.ts";
import { dedupKey } from "./threats.ts";
import { amountWords } from "./unused-product.ts";
import { isStandingFee, meaningOf, TOTAL } from "./usage-categories.ts";
import { usageReadings } from "./usage-readings.ts";

/** Without usage for so many days an account is asleep: nobody would look at it. */
const ASLEEP_FROM_DAYS = 14;

const THREAT = "dormant-account";

/** An account that nobody used wakes up. What it is used for names the threat. */
export const dormantAccount: Rule = {
  id: "dormant-account",
  evaluate(scene) {
    const { baseline, nowMs } = scene;
    const asleep = baseline === null ? 0 : daysAsleep(baseline, nowMs);
    if (asleep < ASLEEP_FROM_DAYS) return [];
    const readings = usageReadings(scene).filter(({ category }) => category !== TOTAL && !isStandingFee(category));
    return firstUses(readings, threatOf, scene.settings.spikeFloorUsd).map((use) => alertOf(use, asleep, scene));
  },
};

/** Numbers and storage are paid for in the sleep as well. */
function daysAsleep({ categories, days }: AccountBaseline, nowMs: number): number {
  const today = dayNumber(nowMs);
  const sinceUse = Object.entries(categories)
    .filter(([category]) => category !== TOTAL && !isStandingFee(category))
    .map(([, { lastUsedDay }]) => today - numberOfDay(lastUsedDay) - 1);
  return Math.min(days, ...sinceUse);
}

function threatOf(category: string): string {
  const { threat, isFraudProne } = meaningOf(category);
  return isFraudProne ? threat : THREAT;
}

function alertOf(use: FirstUse, asleep: number, { accountSid }: Scene): Alert {
  const { category } = use.readings;
  const threat = threatOf(category);
  const days = counted(asleep, "day");
  return {
    dedupKey: dedupKey(accountSid, threat),
    accountSid,
    threat,
    severity: "warning",
    summary: `${meaningOf(category).count} on an account that nobody used for ${days}: ${amountWords(use)} so far today.`,
    evidence: [
      { label: "Usage category", value: category },
      { label: "Now", value: amountWords(use) },
      { label: "Asleep", value: `no usage for ${days}` },
    ],
    firstSignalAtMs: use.firstAtMs,
    lastSignalAtMs: use.lastAtMs,
    reportedTodayUsd: use.nowUsd > 0 ? use.nowUsd : null,
    category,
    countries: [],
    confidence: "medium",
    money: { perHourUsd: null, lostTodayUsd: use.nowUsd },
  };
}
