import type { AccountSid } from "../lib/id.ts";
import type { AccountFacts } from "../remediation/contract.ts";

/** Both included. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What Twilio keeps of each account, as it comes: `src/signal` makes signals of it. Methods throw `Fault`. `most`: no more than so many. */
export interface TwilioRecords {
  /** The parent and its subaccounts that are not closed, at most a minute old. */
  accounts(): Promise<readonly AccountFacts[]>;
  /** Monitor Events, of one type or of all, read as the account itself, which is impossible while it is suspended. So are alerts and attempts. */
  events(sid: AccountSid, range: TimeRange, most: number, type?: string): Promise<readonly unknown[]>;
  alerts(sid: AccountSid, range: TimeRange, most: number): Promise<readonly unknown[]>;
  /** Verify's attempts within that time: all of them summed up, and the newest 1,000 one by one. */
  attempts(
    sid: AccountSid,
    range: TimeRange,
  ): Promise<{ readonly summary: unknown; readonly attempts: readonly unknown[] }>;
  /** Calls since then and those in progress, newest first; one may be there twice. */
  calls(sid: AccountSid, sinceMs: number, most: number): Promise<readonly unknown[]>;
  messages(sid: AccountSid, sinceMs: number, most: number): Promise<readonly unknown[]>;
  triggers(sid: AccountSid): Promise<readonly unknown[]>;
  /** Phone numbers that it has now: all, or those that are like `number`. */
  numbers(sid: AccountSid, most: number, number?: string): Promise<readonly unknown[]>;
}
