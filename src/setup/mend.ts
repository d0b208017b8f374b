import { type CarriedOut, carryOut, type Failed, type Hands } from "./carry-out.ts";
import type { Step, WatchedAccount } from "./contract.ts";
import type { Look, Survey } from "./survey.ts";

/** A write whose answer was lost may have happened: only a new look tells. Twilio's answers are rarely lost twice. */
const MOST_ROUNDS = 3;

export interface Mended {
  readonly done: readonly Step[];
  readonly failed: readonly Failed[];
  readonly waiting: readonly Step[];
  readonly isTested: boolean;
  /** The account as it was read back. */
  readonly after: Look;
}

/** Carries a plan out and reads the account back; what is unknown is looked at again, never repeated blindly. Throws `Fault`. */
export async function mend(
  account: WatchedAccount,
  hasSubaccounts: boolean,
  first: Look,
  parts: { readonly survey: Survey; readonly hands: Hands },
): Promise<Mended> {
  const { survey, hands } = parts;
  const done: Step[] = [];
  let isTested = false;
  let look = first;
  for (let round = 1; ; round += 1) {
    const carried: CarriedOut = await carryOut(account.sid, look.plan.steps, hands);
    done.push(...carried.done);
    isTested ||= carried.isTested;
    if (carried.failed.some(({ fault }) => fault.kind === "unauthorised")) {
      return { done, failed: carried.failed, waiting: carried.waiting, isTested, after: look };
    }
    look = await survey(account, hasSubaccounts, hands.nowMs());
    const isUnclear = carried.failed.some(({ fault }) => fault.leavesOutcomeUnknown);
    if (isUnclear && look.plan.steps.length > 0 && round < MOST_ROUNDS) continue;
    const failed = isUnclear && look.plan.steps.length === 0 ? [] : carried.failed;
    return { done, failed, waiting: carried.waiting, isTested, after: look };
  }
}
