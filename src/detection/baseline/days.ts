export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Days since 1970, GMT. */
export function dayNumber(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** `YYYY-MM-DD` -> days since 1970. */
export function numberOfDay(day: string): number {
  return dayNumber(Date.parse(`${day}T00:00:00Z`));
}

/** Days since 1970 -> `YYYY-MM-DD`. */
export function nameOfDay(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** 0 = Sunday. Day 0 was a Thursday. */
export function weekdayOf(number: number): number {
  return (((number + 4) % 7) + 7) % 7;
}
