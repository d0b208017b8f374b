import type { UsageReadingSignal } from "../signal/contract.ts";
import { DAY_MS, numberOfDay } from "./baseline/days.ts";
import { clamp } from "./baseline/robust.ts";
import type { Scene } from "./contract.ts";
import { LOOKBACK_MS } from "./fold.ts";
import { grouped } from "./grouped.ts";

/** What a category came to on a GMT day up to a moment. */
export interface Point {
  readonly atMs: number;
  readonly spendUsd: number;
  readonly count: number;
}

/** The last hour's readings of one category on one GMT day. */
export interface DayReadings {
  readonly category: string;
  readonly day: string;
  /** Oldest first; never empty. What was known before the oldest reading comes first. */
  readonly points: readonly Point[];
  /** True when nothing is known of that day before the first point. */
  readonly beginsUnknown: boolean;
  readonly newest: UsageReadingSignal;
}

/** What Usage Records said in the last hour, by category and day. Around midnight that is two days. */
export function usageReadings({ buckets, nowMs }: Pick<Scene, "buckets" | "nowMs">): readonly DayReadings[] {
  const readings = buckets.flatMap(({ last, lastAtMs }) =>
    last.kind === "usage-reading" && lastAtMs > nowMs - LOOKBACK_MS ? [last] : [],
  );
  const groups = grouped(readings, ({ category, day }) => `${category} ${day}`);
  return [...groups.values()].flatMap((group) => {
    const inOrder = group.toSorted((one, other) => one.atMs - other.atMs || one.spendUsd - other.spendUsd);
    const [oldest, newest] = [inOrder[0], inOrder.at(-1)];
    if (oldest === undefined || newest === undefined) return [];
    const { before } = oldest;
    const known = before !== undefined && before.atMs < oldest.atMs ? [before] : [];
    const startMs = numberOfDay(newest.day) * DAY_MS;
    return {
      category: newest.category,
      day: newest.day,
      // Shortly after midnight Twilio may still show yesterday: that is yesterday's end, not a spike of this young day.
      points: [...known, ...inOrder].map(({ atMs, spendUsd, count }) => ({
        atMs: clamp(atMs, startMs, startMs + DAY_MS - 1),
        spendUsd,
        count,
      })),
      beginsUnknown: known.length === 0,
      newest,
    };
  });
}
