import { isMet } from "../setup/plan.ts";
import type { Surveyed } from "../setup/survey-all.ts";
import type { AppliedTo, ApplyOutcome } from "./setup-apply.ts";

/** How it stands with the tripwires, as far as could be seen. */
export type Verdict = "as-it-should-be" | "missing" | "could-not-look";

/** 2 is wrong usage, which the command line answers itself. */
export const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  "as-it-should-be": 0,
  missing: 1,
  "could-not-look": 3,
};

/** Without `--check` a plan with steps is no fault. What is known to be missing is told before what could not be seen. */
export function verdictOfLook(surveyed: readonly Surveyed[], isCheck: boolean): Verdict {
  const isDrifted = surveyed.some(
    (one) => one.kind === "looked" && (one.look.plan.steps.length > 0 || one.look.plan.unmet > 0),
  );
  if (isCheck && isDrifted) return "missing";
  return surveyed.some(({ kind }) => kind === "failed") ? "could-not-look" : "as-it-should-be";
}

export function verdictOfApply({ results, unheard }: Pick<ApplyOutcome, "results" | "unheard">): Verdict {
  const isMissing = results.some((result) => result.kind === "mended" && !isMet(result.look.plan));
  if (isMissing || unheard.length > 0) return "missing";
  return results.every(isAsItShouldBe) ? "as-it-should-be" : "could-not-look";
}

export function isAsItShouldBe(result: AppliedTo): boolean {
  if (result.kind === "suspended") return true;
  return result.kind === "mended" && isMet(result.look.plan);
}
