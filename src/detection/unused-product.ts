import { quantity, usd } from "./amount.ts";
import type { AccountBaseline } from "./baseline/contract.ts";
import type { Alert, Rule, Scene } from "./contract.ts";
import { type FirstUse, firstUses } from "./first-use.ts";
import { counted } from "./phrase.ts";
import { KNOWN_FROM_DAYS } from "./spend-spike.ts";
import { dedupKey } from "./threats.ts";
import { isStandingFee, meaningOf, TOTAL } from "./usage-categories.ts";
import { usageReadings } from "./usage-readings.ts";

/** Of what no stranger earns by: it belongs to no threat of its own. */
const THREAT = "unused-product";

/** Use of what this account never used: number look-ups that the customer does not make, calls on an account for messages. */
export const unusedProduct: Rule = {
  id: "unused-product",
  evaluate(scene) {
    const { baseline } = scene;
    if (baseline === null || baseline.days < KNOWN_FROM_DAYS) return [];
    const used = new Set(Object.keys(baseline.categories).map(productOf));
    const unused = usageReadings(scene).filter(
      ({ category }) => category !== TOTAL && !isStandingFee(category) && !used.has(productOf(category)),
    );
    return firstUses(unused, productOf, scene.settings.spikeFloorUsd).map((use) => alertOf(use, baseline, scene));
  },
};

/** What a stranger would do with it is one product; what belongs to no known threat is one by itself. */
function productOf(category: string): string {
  const { threat, isFraudProne } = meaningOf(category);
  return isFraudProne ? threat : category;
}

function alertOf(use: FirstUse, { days }: AccountBaseline, { accountSid }: Scene): Alert {
  const { category } = use.readings;
  const { threat: ofCategory, isFraudProne, count: what } = meaningOf(category);
  const threat = isFraudProne ? ofCategory : THREAT;
  return {
    dedupKey: dedupKey(accountSid, threat),
    accountSid,
    threat,
    severity: "warning",
    summary: `${what} on an account that had none in ${counted(days, "day")}: ${amountWords(use)} so far today.`,
    evidence: [
      { label: "Usage category", value: category },
      { label: "Now", value: amountWords(use) },
      { label: "Used before", value: `never in the ${counted(days, "day")} that are known` },
    ],
    firstSignalAtMs: use.firstAtMs,
    lastSignalAtMs: use.lastAtMs,
    reportedTodayUsd: use.nowUsd > 0 ? use.nowUsd : null,
    category,
    countries: [],
    confidence: "low",
    money: { perHourUsd: null, lostTodayUsd: use.nowUsd },
  };
}

/** `42 for 0.21 USD`. */
export function amountWords({ nowUsd, nowCount }: Pick<FirstUse, "nowUsd" | "nowCount">): string {
  const money = usd(Math.round(nowUsd * 100) / 100);
  return nowCount > 0 ? `${quantity(nowCount)} for ${money}` : money;
}
