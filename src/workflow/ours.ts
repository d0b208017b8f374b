import type { OurChange } from "../detection/contract.ts";
import type { AccountSid } from "../lib/id.ts";

/** What Tollgate itself changed on an account since then: its runs, and the upkeep of its tripwires. */
export type OursOf = (accountSid: AccountSid, sinceMs: number) => Promise<readonly OurChange[]>;

export function createOursOf(): OursOf {
  return async () => [];
}
