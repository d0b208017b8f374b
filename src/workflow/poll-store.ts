import type { Json } from "../audit/envelope.ts";
import type { AccountSid } from "../lib/id.ts";

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

export interface PollStore {
  load(poll: string, accountSid: AccountSid): Promise<PollState | null>;
  save(poll: string, accountSid: AccountSid, state: PollState): Promise<void>;
  progress(): Promise<readonly PollProgress[]>;
  /** Of an account that is closed. */
  forget(accountSid: AccountSid): Promise<void>;
  /** When a webhook source was last heard of an account: at most once a minute is written. */
  heard(source: string, accountSid: AccountSid, atMs: number): Promise<void>;
  lastHeard(accountSid: AccountSid): Promise<ReadonlyMap<string, number>>;
}
