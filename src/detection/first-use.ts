import { LOOKBACK_MS } from "./fold.ts";
import { grouped } from "./grouped.ts";
import { FEWEST_LOOK_UPS, isLookUp } from "./look-ups.ts";
import type { DayReadings, Point } from "./usage-readings.ts";

/** Use of something where there was none. */
export interface FirstUse {
  readonly readings: DayReadings;
  readonly nowUsd: number;
  readonly nowCount: number;
  readonly firstAtMs: number;
  /** When it last became so much more that it is news. */
  readonly lastAtMs: number;
}

/** Where there was none, a fifth of what is a spike elsewhere is enough, or so many calls or messages. */
const SHARE_OF_FLOOR = 0.2;
const FEWEST = 20;

/**
 * The first use of each product, from a small floor on. It is news when it passes the floor, and each time that it has doubled: people who
 * looked at it and let it be are not told again by the next call.
 */
export function firstUses(
  all: readonly DayReadings[],
  productOf: (category: string) => string,
  spikeFloorUsd: number,
): readonly FirstUse[] {
  const uses = all.flatMap((readings) => firstUseOf(readings, spikeFloorUsd) ?? []);
  const products = grouped(uses, ({ readings }) => `${productOf(readings.category)} ${readings.day}`);
  return [...products.values()].flatMap((same) => same.toSorted(narrowestFirst).slice(0, 1));
}

/** Categories hold one another (`calls`, `calls-outbound`): the one with most in it, and of equal ones the narrowest. */
function narrowestFirst(one: FirstUse, other: FirstUse): number {
  const [name, otherName] = [one.readings.category, other.readings.category];
  return (
    other.nowUsd - one.nowUsd ||
    other.nowCount - one.nowCount ||
    otherName.length - name.length ||
    (name < otherName ? -1 : 1)
  );
}

function firstUseOf(readings: DayReadings, spikeFloorUsd: number): FirstUse | null {
  const { points, beginsUnknown } = readings;
  const steps = points.map((point) => stepOf(point, readings.category, spikeFloorUsd));
  const [oldest, newest] = [points[0], points.at(-1)];
  if (oldest === undefined || newest === undefined || (steps.at(-1) ?? 0) < 1) return null;
  const isFresh = beginsUnknown && newest.atMs - oldest.atMs < LOOKBACK_MS / 2;
  const news = points.filter((_, index) => {
    const before = steps[index - 1];
    return before === undefined ? isFresh && (steps[0] ?? 0) >= 1 : (steps[index] ?? 0) > before;
  });
  const [first, last] = [news[0], news.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    readings,
    nowUsd: newest.spendUsd,
    nowCount: newest.count,
    firstAtMs: first.atMs,
    lastAtMs: last.atMs,
  };
}

/** 0 below the floor, 1 from it on, and one more for each doubling. */
function stepOf({ spendUsd, count }: Point, category: string, spikeFloorUsd: number): number {
  if (isLookUp(category) && count < FEWEST_LOOK_UPS) return 0;
  const floors = Math.max(spendUsd / (spikeFloorUsd * SHARE_OF_FLOOR), count / FEWEST);
  return floors < 1 ? 0 : 1 + Math.floor(Math.log2(floors));
}
