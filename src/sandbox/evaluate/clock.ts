import type { Clock } from "../../lib/clock.ts";

/** Time that passes only when it is told to. */
export interface SimulatedClock extends Clock {
  /** Never back. */
  passTo(ms: number): void;
}

export function simulatedClock(startMs: number): SimulatedClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    passTo(ms) {
      nowMs = Math.max(nowMs, ms);
    },
  };
}
