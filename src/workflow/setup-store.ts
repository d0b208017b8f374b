import type { Json } from "../audit/envelope.ts";
import type { OurChange } from "../detection/contract.ts";
import type { AccountSid } from "../lib/id.ts";

export interface SetupStore {
  /** What `tollgate setup --apply` and `--stop` were told, and by whom; null: never applied, and then there is no upkeep. */
  load(): Promise<Json | null>;
  save(setup: Json, atMs: number): Promise<void>;
  /** Test events of sinks that wait for their validation, each until it is said to be answered. */
  saveSinkTest(accountSid: AccountSid, testId: string, atMs: number): Promise<void>;
  sinkTests(accountSid: AccountSid): Promise<readonly string[]>;
  answeredSinkTests(accountSid: AccountSid, testIds: readonly string[]): Promise<void>;
  /** Accounts whose sinks' test events arrived since then. */
  sinkTestsSince(sinceMs: number): Promise<ReadonlySet<AccountSid>>;
  /** The tripwires that an account had when it was last found or made as it should be; null: never. */
  tripwires(accountSid: AccountSid): Promise<{ readonly body: Json; readonly atMs: number } | null>;
  saveTripwires(accountSid: AccountSid, body: Json, atMs: number): Promise<void>;
  /** Said before set-up or upkeep changes something, so that what Twilio records of it explains itself. Kept for a week. */
  noteChange(accountSid: AccountSid, change: OurChange): Promise<void>;
  /** Those that may still have been noted by Twilio since then, oldest first. */
  changesSince(accountSid: AccountSid, sinceMs: number): Promise<readonly OurChange[]>;
}
