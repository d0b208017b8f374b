import { dayAndTime } from "../remediation/wording.ts";
import type { Applied } from "../setup/applied.ts";

/** Since when, by whom, and what that means: for `setup` and `doctor`. */
export function upkeepIsOff({ by, atMs }: NonNullable<Applied["stopped"]>): string {
  return `Upkeep has been off since ${dayAndTime(atMs)} (\`setup --stop\` by ${by}): nobody renews tripwires or puts them back.`;
}
