import { grouped } from "../grouped.ts";
import type { AccountBaseline, Amount, CategoryBaseline, DayUsage, DestinationDay, HourUsage } from "./contract.ts";
import { dayNumber, nameOfDay, numberOfDay } from "./days.ts";
import { ordinaryDestinations } from "./destinations.ts";
import { byHourOf } from "./hours.ts";
import { rhythmOf, WEEK } from "./rhythm.ts";

/** Eight weeks: enough of every weekday, and last quarter's business does not count. */
export const BASELINE_DAYS = 56;

export interface Known {
  /** A day without a row was a day without usage. A row of nothing says that its day is known. */
  readonly days: readonly DayUsage[];
  readonly hours: readonly HourUsage[];
  readonly destinations: readonly DestinationDay[];
  readonly destinationDays: number;
  readonly addresses: readonly string[];
  readonly nowMs: number;
}

/** What is ordinary on an account, from what is known of its finished days. The order of the rows does not matter. */
export function buildBaseline({
  days,
  hours,
  destinations,
  destinationDays,
  addresses,
  nowMs,
}: Known): AccountBaseline {
  const today = dayNumber(nowMs);
  const finished = days.filter(({ day }) => day < nameOfDay(today) && day >= nameOfDay(today - BASELINE_DAYS));
  const used = finished.filter(isUsed);
  // Days before an account's first usage are days of an account that was not there yet; one that never used anything is known all the same.
  const firstDay = earliest(used.length > 0 ? used : finished);
  const categories = grouped(used, ({ category }) => category);
  return {
    builtAtMs: nowMs,
    days: firstDay === null ? 0 : today - firstDay,
    categories: Object.fromEntries(
      [...categories].toSorted(byName).map(([category, ofCategory]) => {
        const hoursOfCategory = hours.filter((hour) => hour.category === category);
        return [category, categoryBaseline(ofCategory, hoursOfCategory, today - 1)];
      }),
    ),
    destinations: ordinaryDestinations(destinations, destinationDays),
    destinationDays,
    addresses: [...new Set(addresses)].sort(),
  };
}

function categoryBaseline(days: readonly DayUsage[], hours: readonly HourUsage[], lastDay: number): CategoryBaseline {
  const firstDay = earliest(days) ?? lastDay;
  const byDay = new Map(days.map((day) => [numberOfDay(day.day), day]));
  const inOrder = Array.from({ length: lastDay - firstDay + 1 }, (_, index) => byDay.get(firstDay + index));
  const valuesOf = (measure: keyof Amount) => inOrder.map((day) => day?.[measure] ?? 0);
  const spend = rhythmOf(valuesOf("spendUsd"), lastDay);
  const count = rhythmOf(valuesOf("count"), lastDay);
  const units = rhythmOf(valuesOf("units"), lastDay);
  const amount = (of: (measure: keyof Amount) => number): Amount => ({
    spendUsd: rounded(of("spendUsd")),
    count: rounded(of("count")),
    units: rounded(of("units")),
  });
  const rhythms = { spendUsd: spend, count, units };
  return {
    meanDay: amount((measure) => valuesOf(measure).slice(-WEEK).reduce(add, 0) / WEEK),
    weekdays: Array.from({ length: WEEK }, (_, weekday) =>
      amount((measure) => rhythms[measure].weekdays[weekday] ?? 0),
    ),
    spread: rounded(days.some((day) => day.spendUsd > 0) ? spend.spread : count.spread),
    byHour: byHourOf(hours, days)?.map(rounded) ?? null,
    highestDay: amount((measure) => Math.max(...valuesOf(measure))),
    lastUsedDay: nameOfDay(Math.max(...days.map(({ day }) => numberOfDay(day)))),
  };
}

function earliest(days: readonly DayUsage[]): number | null {
  return days.length === 0 ? null : Math.min(...days.map(({ day }) => numberOfDay(day)));
}

function isUsed({ spendUsd, count, units }: Amount): boolean {
  return spendUsd > 0 || count > 0 || units > 0;
}

function add(one: number, other: number): number {
  return one + other;
}

/** More digits would say nothing and cost space. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
