import type { AccountSid } from "../lib/id.ts";
import { count, counted } from "../notice/words.ts";
import { dayAndTime } from "../remediation/wording.ts";
import { type Applied, isKept } from "../setup/applied.ts";

/** Since when, by whom, and what that means: for `setup` and `doctor`. */
export function upkeepIsOff({ by, atMs }: NonNullable<Applied["stopped"]>): string {
  return `Upkeep has been off since ${dayAndTime(atMs)} (\`setup --stop\` by ${by}): nobody renews tripwires or puts them back.`;
}

/** For `setup` and `doctor`; null when upkeep is off or leaves none of the active accounts out. */
export function upkeepIsPartial(applied: Applied, active: readonly AccountSid[]): string | null {
  const kept = active.filter((sid) => isKept(applied, sid)).length;
  const outside = active.length - kept;
  if (applied.stopped !== null || outside === 0) return null;
  return (
    `Tollgate keeps ${counted(kept, "account")} by itself, the other${outside === 1 ? "" : ` ${count(outside)}`} not: ` +
    "run `setup --apply` without --account for all."
  );
}
