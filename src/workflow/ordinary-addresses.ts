import { DAY_MS, dayNumber } from "../detection/baseline/days.ts";
import type { Bucket } from "../detection/contract.ts";

const WEEK_MS = 7 * DAY_MS;

/**
 * Addresses from which changes are ordinarily made: known for more than a week, or on two days with the first more than a day ago. One that
 * came yesterday for the first time may be a thief's.
 */
export function ordinaryAddresses(changes: readonly Bucket[], nowMs: number): readonly string[] {
  const seen = new Map<string, number[]>();
  for (const { last } of changes) {
    if (last.kind === "change" && last.address !== null) {
      seen.set(last.address, [...(seen.get(last.address) ?? []), last.atMs]);
    }
  }
  return [...seen]
    .filter(([, times]) => {
      const ageMs = nowMs - Math.min(...times);
      return ageMs > WEEK_MS || (ageMs > DAY_MS && new Set(times.map(dayNumber)).size > 1);
    })
    .map(([address]) => address);
}
