import { within } from "../lib/deadline.ts";
import type { Log } from "../lib/log.ts";
import { clickRefusalSentence } from "../notice/refusals.ts";

/** Slack shows an error after three seconds: an answer that needs the store must come well before. */
const CLICK_BUDGET_MS = 1_000;

export interface Told {
  readonly kind: "told";
  readonly text: string;
}

export type Guard = <Answer>(what: string, work: () => Promise<Answer>) => Promise<Answer | Told>;

/** Runs within the budget and never throws: what fails becomes a sentence for the clicker alone. */
export function createGuard(log: Log): Guard {
  return async (what, work) => {
    try {
      return await within(CLICK_BUDGET_MS, what, work());
    } catch (error) {
      log.warn({ name: what, err: error }, "a click could not be taken");
      // A commit may have counted, its answer lost or a later step failed: nobody is told that nothing was changed.
      return told(clickRefusalSentence("over-budget"));
    }
  };
}

/** A sentence for the one who asked, and nothing else. */
export function told(text: string): Told {
  return { kind: "told", text };
}
