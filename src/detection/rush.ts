import { quantity, usd } from "./amount.ts";
import type { AccountBaseline } from "./baseline/contract.ts";
import { HOUR_MS } from "./baseline/days.ts";
import { expected } from "./baseline/expected.ts";
import type { Alert, DetectionSettings, Rule, Scene } from "./contract.ts";
import { MINUTE_MS } from "./fold.ts";
import { FEWEST_LOOK_UPS, isLookUp } from "./look-ups.ts";
import { KNOWN_FROM_DAYS } from "./spend-spike.ts";
import { dedupKey } from "./threats.ts";
import { meaningOf, TOTAL } from "./usage-categories.ts";
import { type DayReadings, type Point, usageReadings } from "./usage-readings.ts";

/** Counted over this long. */
const WINDOW_MS = 10 * MINUTE_MS;
/** Fewer are chance, however few are usual. */
const FEWEST = 20;
/** With the default factor of two: within minutes half as many again as usually in the whole hour. Who sends in batches does so within one. */
const OF_HOUR = 0.75;
/** While hours are not known: a busy one has an eighth of its day. */
const BUSY_HOURS = 8;

/** Far more at once than usually in an hour: look-ups, codes or calls that no campaign explains, before they have cost much. */
export const rush: Rule = {
  id: "rush",
  evaluate(scene) {
    const { baseline } = scene;
    if (baseline === null || baseline.days < KNOWN_FROM_DAYS) return [];
    return usageReadings(scene)
      .filter(({ category }) => category !== TOTAL && meaningOf(category).isFraudProne)
      .flatMap((readings) => rushIn(readings, baseline, scene.settings) ?? [])
      .sort((one, other) => other.category.length - one.category.length || (one.category < other.category ? -1 : 1))
      .map((found) => alertOf(found, scene));
  },
};

interface Rush {
  readonly category: string;
  readonly count: number;
  readonly minutes: number;
  readonly usualInHour: number;
  readonly nowUsd: number;
  readonly perHourUsd: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

function rushIn(
  { category, points }: DayReadings,
  baseline: AccountBaseline,
  settings: DetectionSettings,
): Rush | null {
  const rushes = points.flatMap((point, index) => {
    const base = points.slice(0, index).find(({ atMs }) => atMs >= point.atMs - WINDOW_MS);
    if (base === undefined || point.atMs <= base.atMs) return [];
    const count = point.count - base.count;
    // Usage data comes in steps of about a minute: what two closer readings differ by was spent in one.
    const perHourUsd = ((point.spendUsd - base.spendUsd) * HOUR_MS) / Math.max(MINUTE_MS, point.atMs - base.atMs);
    const usualInHour = usualAround(point, category, baseline);
    const isRush =
      usualInHour !== null &&
      count >= Math.max(isLookUp(category) ? FEWEST_LOOK_UPS : FEWEST, OF_HOUR * settings.spikeFactor * usualInHour) &&
      perHourUsd >= settings.spikeFloorUsd;
    return isRush ? [{ point, count, perHourUsd, usualInHour, ms: point.atMs - base.atMs }] : [];
  });
  const [first, last, newest] = [rushes[0], rushes.at(-1), points.at(-1)];
  if (first === undefined || last === undefined || newest === undefined) return null;
  return {
    category,
    count: Math.round(last.count),
    minutes: Math.max(1, Math.round(last.ms / MINUTE_MS)),
    usualInHour: last.usualInHour,
    nowUsd: newest.spendUsd,
    perHourUsd: last.perHourUsd,
    firstAtMs: first.point.atMs,
    lastAtMs: last.point.atMs,
  };
}

/** Usual in the hour before or the hour after, whichever has more; null when it was never used, which is told by another rule. */
function usualAround({ atMs }: Point, category: string, baseline: AccountBaseline): number | null {
  const now = expected(baseline, category, atMs);
  if (now === null) return null;
  if (now.share === null) return now.day.count / BUSY_HOURS;
  const before = expected(baseline, category, atMs - HOUR_MS);
  return Math.max(now.nextHour.count, before?.nextHour.count ?? 0);
}

function alertOf(found: Rush, { accountSid }: Scene): Alert {
  const { category, count, minutes, usualInHour, nowUsd, perHourUsd } = found;
  const { threat, count: what } = meaningOf(category);
  const within = minutes === 1 ? "a minute" : `${minutes} minutes`;
  const usual = quantity(Math.ceil(usualInHour));
  return {
    dedupKey: dedupKey(accountSid, threat),
    accountSid,
    threat,
    severity: "critical",
    summary: `${what} came in a rush: ${quantity(count)} within ${within}, where ${usual} are usual in an hour.`,
    evidence: [
      { label: "Usage category", value: category },
      { label: `Within ${within}`, value: `${quantity(count)}; usually ${usual} in an hour` },
      { label: "Spend so far today", value: usd(cents(nowUsd)) },
    ],
    firstSignalAtMs: found.firstAtMs,
    lastSignalAtMs: found.lastAtMs,
    reportedTodayUsd: nowUsd > 0 ? nowUsd : null,
    category,
    countries: [],
    confidence: "medium",
    money: { perHourUsd: cents(perHourUsd), lostTodayUsd: cents(nowUsd) },
  };
}

function cents(amountUsd: number): number {
  return Math.round(amountUsd * 100) / 100;
}
