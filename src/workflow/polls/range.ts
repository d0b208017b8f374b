import type { TimeRange } from "../ports.ts";

/** A list that is as long as it may be was cut; which end was cut off, Twilio does not say. */
const SMALLEST_MS = 60_000;

/**
 * Reads from `fromMs` on as much as one answer holds: the whole time up to `toMs`, else half of it, and so on. What did not fit comes
 * with the next read.
 */
export async function readWhole<Row>(
  { fromMs, toMs }: TimeRange,
  most: number,
  read: (range: TimeRange) => Promise<readonly Row[]>,
): Promise<{ readonly rows: readonly Row[]; readonly upToMs: number }> {
  let upToMs = toMs;
  for (;;) {
    const rows = await read({ fromMs, toMs: upToMs });
    const spanMs = upToMs - fromMs;
    if (rows.length < most || spanMs <= SMALLEST_MS) return { rows, upToMs };
    upToMs = fromMs + Math.max(SMALLEST_MS, Math.floor(spanMs / 2));
  }
}
