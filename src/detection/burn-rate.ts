/** Money spent on this GMT day up to a moment, as Twilio gave it. */
export interface SpendReading {
  readonly atMs: number;
  readonly spendTodayUsd: number | null;
}

interface BurnRate {
  readonly perHourUsd: number;
  /** It was watched too briefly to say more: see `SHORTEST_MS`. */
  readonly isAtLeast: boolean;
}

/** Closer readings say more about Twilio's own clock than about money. */
const MIN_DISTANCE_MS = 2_000;

/**
 * Usage data comes in steps of about a minute: what two readings six seconds apart differ by was spent in a minute, not in six
 * seconds (17.94 USD that way read as 10,475 USD an hour, where the whole day had cost 17.94). So it is spread over two minutes,
 * which is one step more than it can have taken: never a rate that nobody saw money for, and a lower bound until two minutes were
 * watched. Whoever is on call decides by it whether to wait for an approval, and sees what was spent today beside it.
 */
const SHORTEST_MS = 2 * 60_000;

/** Usage data lags: a rate over a few minutes neither jumps nor forgets the start of an attack. */
const WINDOW_MS = 10 * 60_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Money per hour now: from the oldest comparable reading of the last ten minutes to the newest one. Null when there are no two
 * to compare: too close together, on two GMT days (the sum begins again at midnight), or corrected downwards by Twilio.
 * The order of the readings does not matter.
 */
export function burnRate(readings: readonly SpendReading[]): BurnRate | null {
  const known = readings
    .flatMap(({ atMs, spendTodayUsd }) => (spendTodayUsd === null ? [] : [{ atMs, spendUsd: spendTodayUsd }]))
    .sort((one, other) => one.atMs - other.atMs);
  const newest = known.at(-1);
  if (newest === undefined) return null;
  const oldest = known.find(({ atMs }) => newest.atMs - atMs <= WINDOW_MS && dayOf(atMs) === dayOf(newest.atMs));
  if (oldest === undefined || newest.atMs - oldest.atMs < MIN_DISTANCE_MS) return null;
  const spentUsd = newest.spendUsd - oldest.spendUsd;
  if (spentUsd < 0) return null;
  const watchedMs = newest.atMs - oldest.atMs;
  const perHourUsd = (spentUsd * HOUR_MS) / Math.max(watchedMs, SHORTEST_MS);
  // That nothing was spent yet is no lower bound of anything.
  return { perHourUsd, isAtLeast: watchedMs < SHORTEST_MS && spentUsd > 0 };
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}
