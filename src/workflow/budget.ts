import { Fault } from "../lib/fault.ts";

/** Slack shows an error after three seconds: an answer that needs the store must come well before. */
export const CLICK_BUDGET_MS = 1_000;

/** The answer of `work`, or a `timeout` fault after this long. The work itself goes on: whoever is told must be told that it may. */
export async function withinBudget<Answer>(work: Promise<Answer>, budgetMs: number, what: string): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Fault("timeout", `${what} took longer than ${budgetMs} ms`)), budgetMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // When the budget won, nobody waits for the work any more: its late failure must not crash the process.
    work.catch(() => undefined);
  }
}
