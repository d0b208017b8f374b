import type { Json } from "../audit/envelope.ts";
import type { Amount } from "../detection/baseline/contract.ts";
import type { AccountSid } from "../lib/id.ts";
import type { ReceivedSignal } from "../signal/contract.ts";
import type { FollowUp } from "./ports.ts";

/** How far one poll of one account is. */
export interface PollState {
  /** Everything up to here was read; before the first read, where that will begin. */
  readonly upToMs: number;
  /** When it last worked; null: never. */
  readonly okAtMs: number | null;
  /** In a row. */
  readonly failures: number;
  /** It needs the account's own credentials, and they do not work: the account is suspended, or Twilio refuses them. */
  readonly paused: "suspended" | "refused" | null;
  /** What the poll itself wants to know next time. */
  readonly memory: Json;
}

/** The same without what only the poll understands. */
export type PollProgress = Omit<PollState, "memory"> & { readonly poll: string; readonly accountSid: AccountSid };

/** What came in which hour (hours since 1970), by category. */
export interface HourAmounts {
  readonly hour: number;
  readonly amounts: Readonly<Record<string, Amount>>;
}

/** What follows from a read. */
export interface PollFollowUp extends FollowUp {
  /** Only when this account got something new, which is known no sooner than what was found is kept. Default: in any case. */
  readonly ifNewOf?: AccountSid;
}

/** A read and what it found. */
export interface PollRead {
  /** The state from which it read on; null: there was none. */
  readonly before: PollState | null;
  readonly after: PollState;
  readonly received: readonly ReceivedSignal[];
  /** Added to what is known of those hours. */
  readonly hours: readonly HourAmounts[];
  readonly followUps: readonly PollFollowUp[];
  readonly atMs: number;
}

export interface PollStore {
  /** All polls of an account. */
  load(accountSid: AccountSid): Promise<ReadonlyMap<string, PollState>>;
  /**
   * How far it is now, together with what was found and what follows from it: all of it or nothing, so that nothing is lost by a crash, or counted twice.
   * Answers the accounts that got something new; null, and nothing is kept, when somebody else has read on from the same state.
   */
  save(poll: string, accountSid: AccountSid, read: PollRead): Promise<readonly AccountSid[] | null>;
  progress(): Promise<readonly PollProgress[]>;
  /** Of an account that is closed. */
  forget(accountSid: AccountSid): Promise<void>;
  /** When a webhook source was last heard of an account: at most once a minute is written. */
  heard(source: string, accountSid: AccountSid, atMs: number): Promise<void>;
  lastHeard(accountSid: AccountSid): Promise<ReadonlyMap<string, number>>;
}
