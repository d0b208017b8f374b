import type { Json } from "../../audit/envelope.ts";
import type { AccountSid } from "../../lib/id.ts";
import type { AccountFacts } from "../../remediation/contract.ts";
import type { ReceivedSignal } from "../../signal/contract.ts";
import type { HourAmounts, PollState } from "../ports.ts";

export const POLL_IDS = [
  "usage",
  "events",
  "alerts",
  "calls",
  "messages",
  "conversions",
  "numbers",
  "sources",
] as const;
export type PollId = (typeof POLL_IDS)[number];

/** One question that is asked of every account again and again: what is new in one of Twilio's records. */
export interface Poll {
  readonly id: PollId;
  /** At least this long between two reads of one account; longer where there are too many accounts for it. */
  readonly periodMs: number;
  /** The same while nothing goes on there that it could tell. */
  readonly idlePeriodMs: number;
  /** How far back the first read of an account looks. */
  readonly firstLookBackMs: number;
  /** True: it can only be read as the account itself, which is impossible while that is suspended. */
  readonly needsOwnCredentials: boolean;
  /**
   * It tells readings, of which a minute holds one: a second one within the same minute would pass for a repeat of the first and
   * count nowhere. Once it told something, it reads no more in that minute. Its memory is an object. Default false.
   */
  readonly isOnceAMinute?: boolean;
  /** Throws a `Fault`. Nothing that it answers may count twice when it is asked again from the same state. */
  read(account: AccountFacts, state: PollState, look: Look): Promise<PollAnswer>;
}

/** One look at an account. */
export interface Look {
  readonly nowMs: number;
  /** How far the other polls of this account are, and what they remember. */
  readonly others: ReadonlyMap<string, PollState>;
  /** What a period comes to at this moment, with as many accounts as there are. */
  readonly pacedMs: (periodMs: number) => number;
}

export interface PollAnswer {
  readonly received: readonly ReceivedSignal[];
  /** Everything up to here was read. Before now where there was more than fits into one read: then the next one comes at once. */
  readonly upToMs: number;
  readonly memory: Json;
  /** More happened at once than Twilio lists: some of it was not read, and never will be. Default false. */
  readonly isCut?: boolean;
  /** Nothing goes on there: the next read may take its time. Default false. */
  readonly isIdle?: boolean;
  /** Other polls of this account that have something to read now. */
  readonly hurry?: readonly PollId[];
  /** For the baseline. */
  readonly hours?: readonly HourAmounts[];
}

export const ACCOUNTS = "accounts";

/** Key of the `poll` job. */
export function pollKey(id: PollId, accountSid: AccountSid): string {
  return `${id}.${accountSid}`;
}
