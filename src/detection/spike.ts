import type { AccountBaseline } from "./baseline/contract.ts";
import { DAY_MS, HOUR_MS } from "./baseline/days.ts";
import { type BaselineMode, expected } from "./baseline/expected.ts";
import { LOOKBACK_MS, MINUTE_MS } from "./fold.ts";
import type { DayReadings, Point } from "./usage-readings.ts";

/** From when on money is a spike. */
export interface Limits {
  readonly mode: BaselineMode;
  /** So many times what is usual. */
  readonly factor: number;
  /** At least so much above it. */
  readonly floorUsd: number;
}

export interface Spike {
  readonly readings: DayReadings;
  readonly nowUsd: number;
  /** Usual by now; of the whole day while its hours are not known. */
  readonly usualUsd: number;
  readonly usualDayUsd: number;
  readonly isByHour: boolean;
  readonly excessUsd: number;
  /** Above usual per hour; null until two readings can be compared. */
  readonly perHourUsd: number | null;
  /** Money of the last hour and what is usual in it, when that alone is a spike. */
  readonly pace: { readonly spentUsd: number; readonly usualUsd: number; readonly minutes: number } | null;
  readonly firstAtMs: number;
  /** When it was last seen to grow as it ordinarily does not. */
  readonly lastAtMs: number;
}

/** Below this share of an ordinary day above what is usual it is a good hour, a campaign, or people who came early. */
const LEAST_EXCESS_OF_DAY = 0.6;
/** With most of an ordinary day on top of what is usual, less than the factor is enough: ordinary days are not all alike. */
const DOUBLED = { excessOfDay: 0.8, factors: 0.8 } as const;
/** Ordinary days stray; so many deviations they do not. */
const DEVIATIONS = 3;
/** Traffic comes earlier or later than usual: a deviation, as a share of the day, at its middle. */
const TIMING = 0.15;
/** What is a spike within an hour is more times usual than what is one on a day. */
const PACE_FACTOR = 1.5;
const SHORTEST_PACE_MS = 10 * 60_000;

/** Growth is measured over at least this long: usage data comes in steps. */
const GROWTH_MS = 10 * 60_000;
const GROWS_FROM = 1.5;
/** While the hours of a day are not known, any of them may be its busiest. */
const BUSIEST_HOUR = 4;
/** What at this speed would take longer than so many hours to be worth an alert is no news of one. */
const NEWS_WITHIN_HOURS = 6;

/**
 * Compares what was read with what is usual: the day so far, so that a slow drip is seen during its day, and the last hour, so that a
 * flood in the evening is seen before it has doubled the day. More money never makes less of it.
 */
export function spikeOf(readings: DayReadings, baseline: AccountBaseline, limits: Limits): Spike | null {
  const { points, category } = readings;
  const newest = points.at(-1);
  if (newest === undefined) return null;
  const judged = points.map((point) => ({ point, ...judge(point, points, baseline, category, limits) }));
  const last = judged.at(-1);
  if (last === undefined || !(last.isOverDay || last.pace !== null)) return null;
  const isOver = judged.map(({ isOverDay, pace }) => isOverDay || pace !== null);
  const crossing = crossingOf(isOver, readings);
  const grewAtMs = lastGrowth(points, baseline, category, limits);
  const lastAtMs = Math.max(crossing === null ? 0 : (points[crossing]?.atMs ?? 0), grewAtMs ?? 0);
  // It has been over for a while: whoever resolved it must not be told again by the next ordinary call.
  if (lastAtMs === 0) return null;
  const firstOver = points[isOver.indexOf(true)];
  return {
    readings,
    nowUsd: newest.spendUsd,
    usualUsd: last.usualUsd,
    usualDayUsd: last.usualDayUsd,
    isByHour: last.isByHour,
    excessUsd: newest.spendUsd - last.usualUsd,
    perHourUsd: excessPerHour(points, baseline, category, limits),
    pace: last.isOverDay ? null : last.pace,
    firstAtMs: Math.min(firstOver?.atMs ?? newest.atMs, lastAtMs),
    lastAtMs,
  };
}

/** So many times what is usual by now; null while its hours are not known, and where there is usually none. */
export function timesUsualByNow(
  { category, points }: DayReadings,
  baseline: AccountBaseline,
  mode: BaselineMode,
): { readonly times: number; readonly usualDayUsd: number } | null {
  const newest = points.at(-1);
  const usual = newest === undefined ? null : expected(baseline, category, newest.atMs, mode);
  if (newest === undefined || usual === null || usual.share === null || usual.soFar.spendUsd <= 0) return null;
  return { times: newest.spendUsd / usual.soFar.spendUsd, usualDayUsd: usual.day.spendUsd };
}

interface Judgement {
  readonly usualUsd: number;
  readonly usualDayUsd: number;
  readonly isByHour: boolean;
  readonly isOverDay: boolean;
  readonly pace: Spike["pace"];
}

function judge(
  point: Point,
  points: readonly Point[],
  baseline: AccountBaseline,
  category: string,
  { mode, factor, floorUsd }: Limits,
): Judgement {
  const usual = expected(baseline, category, point.atMs, mode);
  const usualUsd = usual?.soFar.spendUsd ?? 0;
  const usualDayUsd = usual?.day.spendUsd ?? 0;
  const share = usual?.share ?? 1;
  const spread = usual?.spread ?? 0;
  const each = usual === null || usual.day.count === 0 ? 0 : usual.day.spendUsd / usual.day.count;
  const isSpike = (spentUsd: number, ofUsd: number, shareOfDay: number, times: number): boolean => {
    const overUsd = spentUsd - ofUsd;
    if (overUsd < floorUsd) return false;
    // Whoever chose the simple mode chose a number, not a judgement.
    if (mode === "simple") return spentUsd >= times * ofUsd;
    const isDoubled = overUsd >= DOUBLED.excessOfDay * usualDayUsd;
    if (spentUsd < (isDoubled ? DOUBLED.factors : 1) * times * ofUsd) return false;
    const timing = usual?.share == null ? 0 : TIMING * Math.sqrt(shareOfDay * (1 - shareOfDay));
    const deviation = Math.hypot(usualDayUsd * spread * shareOfDay, usualDayUsd * timing, Math.sqrt(ofUsd * each));
    // Whatever its days are like: one more of them is no chance.
    return overUsd >= Math.max(LEAST_EXCESS_OF_DAY * usualDayUsd, Math.min(DEVIATIONS * deviation, usualDayUsd));
  };
  const judgement = {
    usualUsd,
    usualDayUsd,
    isByHour: usual?.share != null,
    isOverDay: isSpike(point.spendUsd, usualUsd, share, factor),
  };
  const base = points.find(({ atMs }) => atMs >= point.atMs - LOOKBACK_MS);
  if (usual?.share == null || base === undefined || point.atMs - base.atMs < SHORTEST_PACE_MS) {
    return { ...judgement, pace: null };
  }
  const before = expected(baseline, category, base.atMs, mode);
  const spentUsd = point.spendUsd - base.spendUsd;
  const usualInUsd = Math.max(0, usualUsd - (before?.soFar.spendUsd ?? 0));
  const isPace = isSpike(spentUsd, usualInUsd, Math.max(0, share - (before?.share ?? 0)), factor * PACE_FACTOR);
  const minutes = Math.round((point.atMs - base.atMs) / 60_000);
  return { ...judgement, pace: isPace ? { spentUsd, usualUsd: usualInUsd, minutes } : null };
}

/** The first reading that is over when the one before was not; null when it was over before we can see. */
function crossingOf(isOver: readonly boolean[], { points, beginsUnknown }: DayReadings): number | null {
  const first = isOver.indexOf(true);
  if (first > 0) return isOver.lastIndexOf(false) + 1;
  const [oldest, newest] = [points[0], points.at(-1)];
  // Nothing was known of this day: it is news, for as long as it takes to tell it.
  const isFresh = oldest !== undefined && newest !== undefined && newest.atMs - oldest.atMs < LOOKBACK_MS / 2;
  return first === 0 && beginsUnknown && isFresh ? 0 : null;
}

/** The newest moment at which it grew faster than it ordinarily does, and fast enough to matter. */
function lastGrowth(
  points: readonly Point[],
  baseline: AccountBaseline,
  category: string,
  { mode, floorUsd }: Limits,
): number | null {
  for (let index = points.length - 1; index > 0; index -= 1) {
    const point = points[index];
    const base = points.slice(0, index).findLast(({ atMs }) => (point?.atMs ?? 0) - atMs >= GROWTH_MS) ?? points[0];
    if (point === undefined || base === undefined || point.atMs <= base.atMs) continue;
    const grownUsd = point.spendUsd - base.spendUsd;
    const usualUsd = usualBetween(base.atMs, point.atMs, baseline, category, mode);
    const perHour = ((grownUsd - usualUsd) * HOUR_MS) / (point.atMs - base.atMs);
    if (grownUsd > GROWS_FROM * usualUsd && perHour * NEWS_WITHIN_HOURS >= floorUsd) return point.atMs;
  }
  return null;
}

function excessPerHour(
  points: readonly Point[],
  baseline: AccountBaseline,
  category: string,
  { mode }: Limits,
): number | null {
  const newest = points.at(-1);
  if (newest === undefined) return null;
  const earlier = points.slice(0, -1);
  const base = earlier.findLast(({ atMs }) => newest.atMs - atMs >= GROWTH_MS) ?? earlier[0];
  if (base === undefined || newest.atMs <= base.atMs) return null;
  const usualUsd = usualBetween(base.atMs, newest.atMs, baseline, category, mode, 1);
  // Usage data comes in steps of about a minute: what two closer readings differ by was spent in one.
  const ms = Math.max(MINUTE_MS, newest.atMs - base.atMs);
  return Math.max(0, ((newest.spendUsd - base.spendUsd - usualUsd) * HOUR_MS) / ms);
}

/** Usual money between two moments of one day. */
function usualBetween(
  fromMs: number,
  toMs: number,
  baseline: AccountBaseline,
  category: string,
  mode: BaselineMode,
  unknownHour = BUSIEST_HOUR,
): number {
  const [from, to] = [expected(baseline, category, fromMs, mode), expected(baseline, category, toMs, mode)];
  if (from === null || to === null) return 0;
  if (from.share === null || to.share === null) return (to.day.spendUsd * unknownHour * (toMs - fromMs)) / DAY_MS;
  return Math.max(0, to.soFar.spendUsd - from.soFar.spendUsd);
}
