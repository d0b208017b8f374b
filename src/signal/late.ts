import type { CountedSignal, Signal } from "./contract.ts";

/** Twilio repeats what we could not take for hours; what is dated further back than this has no date that means anything. */
const LATEST_MS = 24 * 60 * 60_000;

function isCounted(signal: Signal): signal is CountedSignal {
  return (
    signal.kind === "error" || signal.kind === "call" || signal.kind === "message" || signal.kind === "verification"
  );
}

/** When it happened, also of what counts from later. */
export function happenedAt(signal: Signal): number {
  return isCounted(signal) ? (signal.happenedAtMs ?? signal.atMs) : signal.atMs;
}

/**
 * The signal as it counts from `atMs` on. Of those that are told one by one the time at which it happened is kept: hours of ordinary
 * errors, calls and messages that arrive together are no burst. `happenedAtMs`: NaN when nobody knows.
 */
export function countingFrom<Kind extends Signal>(signal: Kind, atMs: number, happenedAtMs: number): Kind {
  const isKnown = happenedAtMs < atMs && happenedAtMs >= atMs - LATEST_MS;
  return isCounted(signal) && isKnown ? { ...signal, atMs, happenedAtMs } : { ...signal, atMs };
}
