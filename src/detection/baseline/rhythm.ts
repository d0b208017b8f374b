import { weekdayOf } from "./days.ts";
import { clamp, deviationOf, median } from "./robust.ts";

/** What one figure of one category is on ordinary days. */
export interface Rhythm {
  /** 0 = Sunday. */
  readonly weekdays: readonly number[];
  readonly spread: number;
}

/** Fewer days say nothing of weekdays. */
export const WEEK = 7;
const LEAST_SPREAD = 0.1;
const MOST_SPREAD = 1;
/** Of a category that is used now and then, or only since some days: nobody knows what its ordinary day is. */
const UNKNOWN_SPREAD = 0.5;
/** Used on a smaller share of its days, a category has no rhythm: its ordinary day is the middle one of those that had any. */
const REGULAR_FROM = 0.6;
/** One weekday seen so often speaks for itself; seen less, workdays speak for workdays and weekends for weekends. */
const WEEKDAY_FROM = 3;
/** A weekday with less than this share of the trend says too little of the level. */
const TELLING_WEIGHT = 0.2;
const TREND_DAYS = 28;
/** Nobody's business grows faster for weeks, and one that was attacked must not seem to. */
const MOST_GROWTH_A_DAY = 0.03;
/** The last week is a level of its own when it is so far from the last two. */
const STEP = 0.25;

/**
 * The rhythm of finished days in order, without gaps, the last of which is `lastDay`. Every step is a median, so that attacks and
 * holidays of up to three days in a week neither raise nor lower what counts as ordinary.
 *
 * 1. trend: the middle of the seven days around each day, the same whatever the weekday
 * 2. weekday's weight: the middle of its shares of the trend
 * 3. level: the middle of the last two weeks without their weekday's weight, or of the last one when something was launched, carried on to
 *    today by the slope of four weeks
 */
export function rhythmOf(values: readonly number[], lastDay: number): Rhythm {
  const used = values.filter((value) => value > 0);
  if (values.length < WEEK || used.length < REGULAR_FROM * values.length) {
    return { weekdays: Array.from({ length: WEEK }, () => median(used)), spread: UNKNOWN_SPREAD };
  }
  const firstDay = lastDay - values.length + 1;
  const trend = middles(values);
  const shares = values.map((value, index) => {
    const around = trend[index] ?? 0;
    return around > 0 ? value / around : null;
  });
  const weights = weightsOf(shares, firstDay);
  const plain = values.flatMap((value, index) => {
    const weight = weights[weekdayOf(firstDay + index)] ?? 0;
    return weight >= TELLING_WEIGHT ? [{ day: firstDay + index, value: value / weight }] : [];
  });
  const level = levelOf(plain, lastDay);
  return { weekdays: weights.map((weight) => weight * level), spread: spreadOf(plain.map(({ value }) => value)) };
}

/** Of each value the middle of the seven around it; at the ends, of the first or last seven. */
function middles(values: readonly number[]): readonly number[] {
  const half = Math.floor(WEEK / 2);
  return values.map((_, index) => {
    const from = clamp(index - half, 0, Math.max(0, values.length - WEEK));
    return median(values.slice(from, from + WEEK));
  });
}

function weightsOf(shares: readonly (number | null)[], firstDay: number): readonly number[] {
  const byWeekday: number[][] = Array.from({ length: WEEK }, () => []);
  for (const [index, share] of shares.entries()) {
    if (share !== null) byWeekday[weekdayOf(firstDay + index)]?.push(share);
  }
  const isWeekend = (weekday: number) => weekday === 0 || weekday === 6;
  return byWeekday.map((own, weekday) =>
    own.length >= WEEKDAY_FROM
      ? median(own)
      : median(byWeekday.filter((_, other) => isWeekend(other) === isWeekend(weekday)).flat()),
  );
}

interface PlainDay {
  readonly day: number;
  readonly value: number;
}

function levelOf(plain: readonly PlainDay[], lastDay: number): number {
  const levelSince = (days: number): number => {
    const recent = plain.filter(({ day }) => day > lastDay - days);
    const level = median((recent.length >= WEEKDAY_FROM ? recent : plain).map(({ value }) => value));
    // From the middle of those days to today.
    return level * Math.exp(((days + 1) / 2) * slope);
  };
  const slope = slopeOf(plain.filter(({ day }) => day > lastDay - TREND_DAYS));
  const [oneWeek, twoWeeks] = [levelSince(WEEK), levelSince(2 * WEEK)];
  return Math.abs(oneWeek - twoWeeks) > STEP * twoWeeks ? oneWeek : twoWeeks;
}

/** Growth a day: the middle of the slopes between all days that are a week or more apart (Theil and Sen). */
function slopeOf(plain: readonly PlainDay[]): number {
  const slopes: number[] = [];
  for (const [index, later] of plain.entries()) {
    for (const earlier of plain.slice(0, index)) {
      const days = later.day - earlier.day;
      if (days >= WEEK && later.value > 0 && earlier.value > 0) {
        slopes.push(Math.log(later.value / earlier.value) / days);
      }
    }
  }
  // Two weeks or less hold too few pairs to tell growth from noise.
  return slopes.length < TREND_DAYS ? 0 : clamp(median(slopes), -MOST_GROWTH_A_DAY, MOST_GROWTH_A_DAY);
}

function spreadOf(plain: readonly number[]): number {
  const recent = plain.slice(-TREND_DAYS);
  const trend = middles(recent);
  const distances = recent.flatMap((value, index) => {
    const around = trend[index] ?? 0;
    return around > 0 ? [value / around - 1] : [];
  });
  return clamp(deviationOf(distances), LEAST_SPREAD, MOST_SPREAD);
}
