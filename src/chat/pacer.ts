import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";

/** Keeps our own calls within a budget, so that the other side need not refuse them. */
export interface Pacer {
  /**
   * Resolves when it is this call's turn. A turn that is far off is refused at once with `rate-limited` and a time of its
   * own to come back, so that many who wait do not come back together.
   */
  turn(key: string, urgency?: "now" | "when-there-is-room"): Promise<void>;
}

const LONGEST_PROMISE_MS = 10_000;

function comeBack(name: string, retryAfterMs: number): Fault {
  return new Fault("rate-limited", `${name}: kept within its rate limit`, { code: "paced", retryAfterMs });
}

export function createPacer(options: {
  /** Whose limit it is, for the message of the fault. */
  readonly name: string;
  readonly everyMs: number;
  /** Calls that may come at once after a silence. */
  readonly burst: number;
  readonly longestWaitMs: number;
  readonly clock: Clock;
}): Pacer {
  const { name, everyMs, burst, longestWaitMs, clock } = options;
  const toleranceMs = (burst - 1) * everyMs;
  /** For each key: when the budget is whole again, and the last moment that somebody was told to come back at. */
  const budgets = new Map<string, { wholeAtMs: number; promisedMs: number }>();

  return {
    async turn(key, urgency = "now") {
      const nowMs = clock.now();
      const budget = budgets.get(key) ?? { wholeAtMs: 0, promisedMs: 0 };
      budgets.set(key, budget);
      // Further ahead than we ever plan: the clock was set back.
      if (budget.wholeAtMs - nowMs > toleranceMs + longestWaitMs + everyMs) budget.wholeAtMs = nowMs;
      const waitMs = Math.max(0, budget.wholeAtMs - toleranceMs - nowMs);
      // Half of the burst is kept for what people did.
      if (urgency === "when-there-is-room" && budget.wholeAtMs - nowMs > toleranceMs / 2)
        throw comeBack(name, everyMs * burst);
      if (waitMs > longestWaitMs) {
        const promisedMs = Math.max(budget.promisedMs, nowMs + waitMs) + everyMs;
        // Who was told to come late may be wanted earlier after all, and its promise is void: so none is far away.
        budget.promisedMs = promisedMs - nowMs > LONGEST_PROMISE_MS ? nowMs + waitMs : promisedMs;
        throw comeBack(name, budget.promisedMs - nowMs);
      }
      budget.wholeAtMs = Math.max(budget.wholeAtMs, nowMs) + everyMs;
      if (waitMs > 0) await sleep(waitMs);
    },
  };
}
