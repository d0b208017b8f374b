import { within } from "../lib/deadline.ts";
import type { Log } from "../lib/log.ts";
import { clickRefusalSentence } from "../notice/refusals.ts";

/** Slack shows an error after three seconds: an answer that needs the store must come well before. */
const CLICK_BUDGET_MS = 1_000;
/** What is only looked at decides nothing, and takes more reading than a decision. */
const LOOK_BUDGET_MS = 1_500;

export interface Told {
  readonly kind: "told";
  readonly text: string;
}

export type Guard = <Answer>(
  what: string,
  work: () => Promise<Answer>,
  kind?: "click" | "look",
) => Promise<Answer | Told>;

/** Runs within the budget and never throws: what fails becomes a sentence for the clicker alone. */
export function createGuard(log: Log): Guard {
  return async (what, work, kind = "click") => {
    try {
      return await within(kind === "look" ? LOOK_BUDGET_MS : CLICK_BUDGET_MS, what, work());
    } catch (error) {
      log.warn({ name: what, err: error }, "a click could not be taken");
      if (kind === "look") return told(clickRefusalSentence("not-read-in-time"));
      // A commit may have counted, its answer lost or a later step failed: nobody is told that nothing was changed.
      return told(clickRefusalSentence("over-budget"));
    }
  };
}

/** A sentence for the one who asked, and nothing else. */
export function told(text: string): Told {
  return { kind: "told", text };
}
