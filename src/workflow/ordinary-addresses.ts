import { DAY_MS, dayNumber } from "../detection/baseline/days.ts";
import type { Bucket } from "../detection/contract.ts";

/** A thief who is in for three days was found out by then, or looks like everybody else. */
const KNOWN_FROM_MS = 3 * DAY_MS;

/**
 * Addresses from which changes are ordinarily made: known for more than three days, or on two days with the first more than a day ago. One that
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
      return ageMs > KNOWN_FROM_MS || (ageMs > DAY_MS && new Set(times.map(dayNumber)).size > 1);
    })
    .map(([address]) => address);
}
