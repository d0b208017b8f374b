import { type Fault, type FaultKind, isFault } from "../lib/fault.ts";
import type { WatchedAccount } from "./contract.ts";
import { inParallel } from "./parallel.ts";
import type { Look, Survey } from "./survey.ts";

/** What a look at one account gave. */
export type Surveyed =
  | { readonly kind: "looked"; readonly account: WatchedAccount; readonly look: Look }
  /** It spends nothing, and its own credentials do not work. */
  | { readonly kind: "suspended"; readonly account: WatchedAccount }
  | { readonly kind: "failed"; readonly account: WatchedAccount; readonly fault: Fault };

export interface Accounts {
  /** Those to look at. */
  readonly chosen: readonly WatchedAccount[];
  /** Whether the main account has any. */
  readonly hasSubaccounts: boolean;
}

const PASSING: readonly FaultKind[] = ["rate-limited", "unavailable", "timeout"];

/**
 * Looks at every account, several at once. One that cannot be read does not keep the others from it, and is read once more at the
 * end when that may help: in the minutes that hundreds of accounts take, Twilio stumbles now and then.
 */
export async function surveyAll(
  { chosen, hasSubaccounts }: Accounts,
  survey: Survey,
  nowMs: number,
  told: () => void,
): Promise<readonly Surveyed[]> {
  async function look(account: WatchedAccount): Promise<Surveyed> {
    try {
      if (account.status !== "active") return { kind: "suspended", account };
      return { kind: "looked", account, look: await survey(account, account.isParent && hasSubaccounts, nowMs) };
    } catch (fault) {
      if (!isFault(fault)) throw fault;
      return { kind: "failed", account, fault };
    }
  }

  const first = await inParallel(chosen, async (account) => {
    const surveyed = await look(account);
    told();
    return surveyed;
  });
  // When most of them failed, Twilio is away: asking again would only make somebody wait twice as long for the same.
  const failures = first.filter(({ kind }) => kind === "failed").length;
  if (failures * 2 > first.length) return first;
  return inParallel(first, async (one) =>
    one.kind === "failed" && PASSING.includes(one.fault.kind) ? look(one.account) : one,
  );
}
