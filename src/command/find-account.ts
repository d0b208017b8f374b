import { nearest } from "../lib/nearest.ts";
import type { KnownAccount } from "./contract.ts";
import { plain, quoted } from "./words.ts";

export type AccountMatch =
  | { readonly kind: "one"; readonly account: KnownAccount }
  /** Several accounts fit. */
  | { readonly kind: "several"; readonly problem: string }
  | { readonly kind: "none" };

/** Less than this is part of too many names. */
const SHORTEST_PART = 3;

/**
 * By SID, by name, by the beginning of a name, or by any part of it, when only one account has it. Upper and lower case are the
 * same. The better kind of match counts alone: a name that is whole is meant, though it is a part of others.
 */
export function findAccount(wanted: string, accounts: readonly KnownAccount[]): AccountMatch {
  const key = plain(wanted);
  if (key === "") return { kind: "none" };
  const ways: readonly ((account: KnownAccount) => boolean)[] = [
    (account) => account.sid.toLowerCase() === key || plain(account.friendlyName) === key,
    (account) => begins(account, key),
    (account) => key.length >= SHORTEST_PART && plain(account.friendlyName).includes(key),
  ];
  for (const fits of ways) {
    const matches = accounts.filter(fits);
    const [only] = matches;
    if (only !== undefined && matches.length === 1) return { kind: "one", account: only };
    if (only !== undefined) {
      const problem = `${quoted(wanted)} fits several accounts: ${listed(matches)}. Write more of the name, or the SID.`;
      return { kind: "several", problem };
    }
  }
  return { kind: "none" };
}

/** Why nothing was found, with what was probably meant. */
export function noSuchAccount(wanted: string, accounts: readonly KnownAccount[]): string {
  const meant = nearest(
    wanted,
    accounts.map((account) => account.friendlyName),
  );
  return `There is no account ${quoted(wanted)}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`;
}

function begins(account: KnownAccount, key: string): boolean {
  // Every SID begins with AC and so do many names: a short beginning of a SID names nothing.
  const isSid = key.length > 4 && /^ac[0-9a-f]+$/.test(key) && account.sid.toLowerCase().startsWith(key);
  return isSid || plain(account.friendlyName).startsWith(key);
}

const MAX_CANDIDATES = 6;

function listed(accounts: readonly KnownAccount[]): string {
  const shown = accounts.slice(0, MAX_CANDIDATES).map(({ friendlyName, sid }) => `${friendlyName} (${sid})`);
  const more = accounts.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
