/** Money spent on this GMT day up to a moment, as Twilio gave it. */
export interface SpendReading {
  readonly atMs: number;
  readonly spendTodayUsd: number | null;
}

/** Closer readings say more about Twilio's own clock than about money. */
const MIN_DISTANCE_MS = 2_000;

/** Usage data comes in steps of about a minute and lags: a rate over a few minutes neither jumps nor forgets the start of an attack. */
const WINDOW_MS = 10 * 60_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Money per hour now: from the oldest comparable reading of the last ten minutes to the newest one. Null when there are no two
 * to compare: too close together, on two GMT days (the sum begins again at midnight), or corrected downwards by Twilio.
 * The order of the readings does not matter.
 */
export function burnPerHourUsd(readings: readonly SpendReading[]): number | null {
  const known = readings
    .flatMap(({ atMs, spendTodayUsd }) => (spendTodayUsd === null ? [] : [{ atMs, spendUsd: spendTodayUsd }]))
    .sort((one, other) => one.atMs - other.atMs);
  const newest = known.at(-1);
  if (newest === undefined) return null;
  const oldest = known.find(({ atMs }) => newest.atMs - atMs <= WINDOW_MS && dayOf(atMs) === dayOf(newest.atMs));
  if (oldest === undefined || newest.atMs - oldest.atMs < MIN_DISTANCE_MS) return null;
  const spentUsd = newest.spendUsd - oldest.spendUsd;
  return spentUsd < 0 ? null : (spentUsd * HOUR_MS) / (newest.atMs - oldest.atMs);
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}
