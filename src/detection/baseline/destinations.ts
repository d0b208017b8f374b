import type { TrafficReadingSignal } from "../../signal/contract.ts";
import { grouped } from "../grouped.ts";
import type { DestinationBaseline, DestinationDay } from "./contract.ts";
import { median } from "./robust.ts";

/** Seen on fewer days of a week or more, it is chance or an attack of a day or two, and no history. */
const DAYS_SEEN_FROM = 3;
const WEEK = 7;
/** A day with more than so many times its middle day counts as this much. */
const MOST_OF_MIDDLE = 3;

/** Where traffic ordinarily goes, most first. `daysKnown`: how many days the given ones were picked from. */
export function ordinaryDestinations(
  days: readonly DestinationDay[],
  daysKnown: number,
): readonly DestinationBaseline[] {
  const places = grouped(
    days.filter(({ count }) => count > 0),
    ({ medium, country }) => `${medium} ${country}`,
  );
  return [...places.values()]
    .flatMap((place) => {
      const [first] = place;
      if (first === undefined || (daysKnown >= WEEK && place.length < DAYS_SEEN_FROM)) return [];
      const counts = place.map(({ count }) => count);
      const most = MOST_OF_MIDDLE * median(counts);
      const sum = counts.reduce((total, count) => total + Math.min(count, most), 0);
      return [{ medium: first.medium, country: first.country, perDay: sum / Math.max(1, daysKnown) }];
    })
    .sort((one, other) => other.perDay - one.perDay || (one.country < other.country ? -1 : 1));
}

/** What the readings of one day say of where its traffic went. Each call and message is in one reading only. */
export function destinationsOfDay(readings: readonly TrafficReadingSignal[]): readonly Omit<DestinationDay, "day">[] {
  const counts = new Map<string, Omit<DestinationDay, "day">>();
  for (const { medium, destinations } of readings) {
    for (const { country, count } of destinations) {
      const key = `${medium} ${country}`;
      counts.set(key, { medium, country, count: (counts.get(key)?.count ?? 0) + count });
    }
  }
  return [...counts.values()];
}
