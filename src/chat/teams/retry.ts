import { setTimeout as sleep } from "node:timers/promises";
import { type Fault, isFault } from "../../lib/fault.ts";
import { statusOf } from "./errors.ts";

const TRIES = 3;
const FIRST_WAIT_MS = 250;
/** Whoever waits longer goes away and comes back: the workflow for a card, a person for an answer. */
const LONGEST_WAIT_MS = 2000;

/**
 * - `repeatable` the same twice is the same once: an edit, a read
 * - `creates`    the same twice is two messages
 */
type Effect = "repeatable" | "creates";

/**
 * Microsoft asks for 412, 429, 502 and 504 to be tried again with exponential back-off.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit#handle-rate-limits
 *
 * After 412 and 429 nothing has happened. After 502 and 504 it may have, and Teams lets no bot look for a message: a post is then
 * not repeated here, but by the workflow, which waits longer each time. Nor is a time-out of our own: a person may be waiting.
 */
export async function withRetry<Answer>(effect: Effect, call: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isFault(error) || attempt >= triesAfter(error, effect)) throw error;
      const waitMs = error.retryAfterMs ?? backOffMs(attempt);
      if (waitMs > LONGEST_WAIT_MS) throw error;
      await sleep(waitMs);
    }
  }
}

function triesAfter(fault: Fault, effect: Effect): number {
  switch (statusOf(fault)) {
    case 412:
    case 429:
      return TRIES;
    case 502:
    case 504:
      return effect === "repeatable" ? TRIES : 1;
    default:
      return 1;
  }
}

/** Twice as long each time, and spread, so that many who wait do not come back together. */
function backOffMs(attempt: number): number {
  const waitMs = FIRST_WAIT_MS * 2 ** (attempt - 1);
  return waitMs + Math.random() * waitMs;
}
