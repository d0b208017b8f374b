import { z } from "zod";
import { Fault } from "../lib/fault.ts";
import type { AccountFacts, Fact } from "./contract.ts";

/** The account in a snapshot. */
export const AccountSnapshot = z.object({
  sid: z.string(),
  friendlyName: z.string(),
  status: z.enum(["active", "suspended", "closed"]),
  isParent: z.boolean(),
});
export type AccountSnapshot = z.infer<typeof AccountSnapshot>;

export function toSnapshot(account: AccountFacts): AccountSnapshot {
  return {
    sid: account.sid,
    friendlyName: account.friendlyName,
    status: account.status,
    isParent: account.isParent,
  };
}

/** The dialog's facts are promised within two seconds: one that takes longer says so instead. */
const PATIENCE_MS = 1_500;

/** A number that informs and decides nothing: null when it cannot be read soon. */
export async function orNull<Value>(reading: Promise<Value>): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([reading, late]);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

export function countFact(label: string, count: number | null): Fact {
  return { label, value: count === null ? "could not be read" : String(count) };
}

export function spendFact(usd: number | null): Fact {
  return { label: "Spend today", value: usd === null ? "could not be read" : `${usd.toFixed(2)} USD` };
}

export function statusFact(account: AccountSnapshot): Fact {
  return { label: "Status", value: account.status };
}

/** Why nothing at all can be done with an account that is closed for good. */
export const CLOSED = "This account is closed for good.";
