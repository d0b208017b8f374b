import { orLate } from "../lib/deadline.ts";
import { type Finding, missing, type Step } from "./contract.ts";

interface Told extends Finding {
  readonly step: Step;
}

/** Somebody watches: after this long without a word they are told what we wait for. */
const SAY_SO_AFTER_MS = 2_000;

/** All findings of all steps, in order, as they come. A step that fails or hangs is a finding too, and the next one goes on. */
export async function* examine(
  steps: readonly Step[],
  waiting: (step: Step) => void,
): AsyncGenerator<Told, void, undefined> {
  for (const step of steps) {
    const looks = step.look()[Symbol.asyncIterator]();
    for (;;) {
      const found = await nextOf(looks, step, waiting);
      if (found === null) break;
      yield { ...found.finding, step };
      if (found.isLast) break;
    }
  }
}

interface Found {
  readonly finding: Finding;
  readonly isLast: boolean;
}

async function nextOf(looks: AsyncIterator<Finding>, step: Step, waiting: (step: Step) => void): Promise<Found | null> {
  const timer = setTimeout(() => waiting(step), SAY_SO_AFTER_MS);
  try {
    const next = await orLate(looks.next(), step.budgetMs);
    if (next === "late") return { finding: missing(`No answer within ${step.budgetMs / 1000} s.`), isLast: true };
    return next.done === true ? null : { finding: next.value, isLast: false };
  } catch (error) {
    return { finding: missing(`Could not be checked: ${reasonOf(error)}.`), isLast: true };
  } finally {
    clearTimeout(timer);
  }
}

/** Messages of ours, of `Fault` and of the operating system are safe to show. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, "") : "it failed without saying why";
}
