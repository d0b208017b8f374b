import { type Fault, isFault } from "../lib/fault.ts";
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

/** Looks at every account, several at once. One that cannot be read does not keep the others from it. */
export function surveyAll(
  { chosen, hasSubaccounts }: Accounts,
  survey: Survey,
  nowMs: number,
  told: () => void,
): Promise<readonly Surveyed[]> {
  return inParallel(chosen, async (account): Promise<Surveyed> => {
    try {
      if (account.status !== "active") return { kind: "suspended", account };
      return { kind: "looked", account, look: await survey(account, account.isParent && hasSubaccounts, nowMs) };
    } catch (fault) {
      if (!isFault(fault)) throw fault;
      return { kind: "failed", account, fault };
    } finally {
      told();
    }
  });
}
