const DAY_MS = 86_400_000;

/** `YYYY-MM-DD` in GMT, as Twilio counts days. */
export function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** 0 is today, 1 yesterday. */
export function daysBefore(nowMs: number, days: number): string {
  return dateOf(nowMs - days * DAY_MS);
}

/** The first day of the month that many months ago; 0 is this month. */
export function monthStart(nowMs: number, monthsAgo: number): string {
  const now = new Date(nowMs);
  return dateOf(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 1));
}

export function yearStart(nowMs: number, yearsAgo: number): string {
  return dateOf(Date.UTC(new Date(nowMs).getUTCFullYear() - yearsAgo, 0, 1));
}
