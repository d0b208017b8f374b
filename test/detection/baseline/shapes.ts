import type { Amount, DayUsage, HourUsage } from "../../../src/detection/baseline/contract.ts";
import { DAY_MS, dayNumber, nameOfDay, weekdayOf } from "../../../src/detection/baseline/days.ts";
import { NOON } from "../../support/signals.ts";

export const TODAY = dayNumber(NOON);
export const MIDNIGHT = TODAY * DAY_MS;
const HOURS = 24;

/** Business hours of the American east coast, GMT. */
export const OFFICE: readonly number[] = Array.from({ length: HOURS }, (_, hour) => (hour >= 13 && hour < 22 ? 10 : 1));
export const EVEN: readonly number[] = Array.from({ length: HOURS }, () => 1);

export interface Shape {
  readonly category?: string;
  readonly perDayUsd: number;
  /** 0 = Sunday. */
  readonly weekdays?: readonly number[];
  readonly growthPerDay?: number;
  readonly noise?: number;
  readonly hours?: readonly number[];
  /** What a thing costs. */
  readonly eachUsd?: number;
  /** How many days ago it began. */
  readonly sinceDaysAgo?: number;
  /** Days ago -> so many times what it would have been. */
  readonly lifts?: Readonly<Record<number, number>>;
  readonly seed?: number;
}

export const WORKING_WEEK: readonly number[] = [0.2, 1, 1.05, 1.1, 1, 0.9, 0.3];

/** Usage of the day that was so many days ago, and of its hours. 0 is today, as it would end. */
export function amountOf(shape: Shape, daysAgo: number): Amount {
  const { perDayUsd, weekdays, growthPerDay = 0, noise = 0, eachUsd = 0.02, lifts = {}, seed = 1 } = shape;
  if (daysAgo > (shape.sinceDaysAgo ?? 400)) return { spendUsd: 0, count: 0, units: 0 };
  const spendUsd =
    perDayUsd *
    (weekdays?.[weekdayOf(TODAY - daysAgo)] ?? 1) *
    (1 + growthPerDay) ** -daysAgo *
    (1 + noise * (2 * luck(seed, daysAgo) - 1)) *
    (lifts[daysAgo] ?? 1);
  return { spendUsd, count: spendUsd / eachUsd, units: spendUsd / eachUsd };
}

export function daysOf(shape: Shape, howMany = 56): readonly DayUsage[] {
  const { category = "sms-outbound" } = shape;
  return Array.from({ length: howMany }, (_, index) => ({
    category,
    day: nameOfDay(TODAY - howMany + index),
    ...amountOf(shape, howMany - index),
  }));
}

export function hoursOf(shape: Shape, howManyDays = 14): readonly HourUsage[] {
  const { category = "sms-outbound", hours = EVEN, seed = 1, noise = 0 } = shape;
  const all = hours.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: howManyDays }, (_, index) => howManyDays - index).flatMap((daysAgo) => {
    const day = amountOf(shape, daysAgo);
    const noisy = hours.map(
      (weight, hour) => (weight / all) * (1 + noise * (2 * luck(seed + 7, daysAgo * 24 + hour) - 1)),
    );
    const sum = noisy.reduce((total, share) => total + share, 0);
    return noisy.map((share, hour) => ({
      category,
      hour: (TODAY - daysAgo) * HOURS + hour,
      spendUsd: (day.spendUsd * share) / sum,
      count: (day.count * share) / sum,
      units: (day.units * share) / sum,
    }));
  });
}

/** A number from 0 to 1 that is always the same for the same two. */
export function luck(seed: number, number: number): number {
  let hash = Math.imul(seed + 0x9e37, 0x85ebca6b) ^ Math.imul(number + 0x79b9, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}
