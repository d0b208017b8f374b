/** Everything that the workflow needs from outside. Adapters implement these; `app.ts` wires them. */
import type { AuditDraft, AuditRecord, Json, PlatformName } from "../audit/envelope.ts";
import type { Channel, MessageRef } from "../chat/platform.ts";
import type { AuditQuery, UsageReader } from "../command/contract.ts";
import type { Bucket, Observation, Threat } from "../detection/contract.ts";
import type { LookupPackage, NumberReading } from "../detection/number.ts";
import type { AccountSid, ApprovalId, IncidentId, RunId, SilenceId } from "../lib/id.ts";
import type { AccountFacts, RemediationId, TwilioAccount } from "../remediation/contract.ts";
import type { ReceivedSignal } from "../signal/contract.ts";
import type { BaselineStore } from "./baseline-store.ts";
import type { PictureStore } from "./picture-store.ts";
import type { PollStore } from "./poll-store.ts";
import type { SetupStore } from "./setup-store.ts";
import type { TwilioRecords } from "./twilio-records.ts";

export type { BaselineStore } from "./baseline-store.ts";
export type { HourAmounts, PollFollowUp, PollProgress, PollRead, PollState, PollStore } from "./poll-store.ts";
export type { SetupStore } from "./setup-store.ts";
export type { TimeRange, TwilioRecords } from "./twilio-records.ts";

/**
 * What can be left to do. A job says that something changed and carries ids only; the worker reads the latest state and acts,
 * so doubled, late and reordered jobs do no harm.
 *
 * - `detect`   key: account SID. It has new signals.
 * - `observe`  key: incident id. Read the API about it.
 * - `notify`   key: `<platform>.<subject>`. A message of ours may be out of date.
 * - `record`   key: platform. The audit channel lacks records.
 * - `run`      key: approval id. It was granted.
 * - `expire`   key: approval id. Its time may be over.
 * - `lapse`    key: silence id. Its time may be over.
 * - `remind`   key: incident id. Nobody may have acknowledged it yet.
 * - `poll`     key: `<poll>.<account SID>`, or `accounts` (which accounts there are). Twilio's records may say something new.
 * - `learn`    key: account SID. Another day is over: what is ordinary there may have changed.
 * - `upkeep`   key: account SID. Its tripwires may be gone or out of date, or a test event waits for its validation.
 * - `draw`     key: digest of a picture. Somebody wants to see it, or nobody does any more.
 */
export const JOBS = [
  "detect",
  "observe",
  "notify",
  "record",
  "run",
  "expire",
  "lapse",
  "remind",
  "poll",
  "learn",
  "upkeep",
  "draw",
] as const;
export type JobName = (typeof JOBS)[number];

export interface FollowUp {
  readonly job: JobName;
  /** Letters, digits, `-`, `_` and `.` only: BullMQ's ids may not contain `:`. */
  readonly key: string;
  /** Null: at once. */
  readonly dueAtMs: number | null;
}

/** Of the key of a `notify` or `record`, which begins with it; undefined for any other. */
export function platformOf(key: string): PlatformName | undefined {
  const [name] = key.split(".", 1);
  return name === "slack" || name === "teams" ? name : undefined;
}

/** A follow-up as it stands in the outbox. `wanted` grows with every wish for it, so that a wish made meanwhile is not lost. */
export interface Todo extends FollowUp {
  readonly wanted: number;
  /** When it was first wished for and not yet done: how far behind we are. */
  readonly sinceMs: number;
  readonly attempts: number;
}

/** Rows that let streams be found. Written in the transaction of their event, and rebuildable from the records. */
export type IndexRow =
  | {
      readonly table: "incident";
      readonly id: IncidentId;
      readonly dedupKey: string;
      readonly accountSid: AccountSid;
      readonly threat: Threat;
      readonly status: string;
      readonly openedAtMs: number;
      readonly changedAtMs: number;
    }
  | {
      readonly table: "silence";
      readonly id: SilenceId;
      readonly accountSid: AccountSid;
      readonly threat: Threat | null;
      readonly status: string;
      readonly untilMs: number;
    }
  | {
      readonly table: "approval";
      readonly id: ApprovalId;
      readonly incidentId: IncidentId;
      readonly remediation: RemediationId;
      readonly status: string;
      readonly undoOf: RunId | null;
      readonly expiresAtMs: number;
      readonly changedAtMs: number;
    };

export interface Change {
  /** In order; versions must follow the stream's newest one, else the whole change is a conflict and nothing is written. */
  readonly drafts: readonly AuditDraft[];
  readonly followUps: readonly FollowUp[];
  readonly index: readonly IndexRow[];
}

export interface StoredEvent {
  readonly sequence: number;
  readonly version: number;
  readonly atMs: number;
  readonly type: string;
  readonly data: Json;
}

export interface Stream {
  readonly events: readonly StoredEvent[];
  /** Time of the newest record of all: decisions never use an earlier moment. */
  readonly newestAtMs: number;
}

export interface EventStore {
  load(stream: string): Promise<Stream>;
  /** ONE transaction: records chained under a lock, follow-ups, index rows. `conflict`: somebody was faster; load and decide again. */
  append(change: Change): Promise<"stored" | "conflict">;
  /** Sequence of the newest event among these streams; 0 when there is none. The revision of a card. */
  newestSequence(streams: readonly string[]): Promise<number>;
}

export interface IncidentIndex {
  /** The next number, as a short id: `7`. Numbers may be skipped. */
  nextId(): Promise<IncidentId>;
  latest(dedupKey: string): Promise<IncidentId | null>;
  unresolved(): Promise<readonly IncidentId[]>;
  unresolvedOf(accountSid: AccountSid): Promise<readonly IncidentId[]>;
  /** Newest first. */
  newest(limit: number): Promise<readonly IncidentId[]>;
  /** What was opened since: what a silence would have held back. `threat` null: all of that account. */
  openedSince(
    accountSid: AccountSid,
    threat: Threat | null,
    sinceMs: number,
  ): Promise<readonly { readonly id: IncidentId; readonly threat: Threat; readonly openedAtMs: number }[]>;
  /** Requests whose status is pending, oldest first. */
  pendingApprovals(): Promise<readonly ApprovalId[]>;
  approvalsOf(incidentId: IncidentId): Promise<readonly ApprovalId[]>;
  /** Requests about that account that were granted since then, oldest first: what runs may have changed there. */
  grantedOf(accountSid: AccountSid, sinceMs: number): Promise<readonly ApprovalId[]>;
}

export interface SilenceIndex {
  /** By status alone: the shell looks at the time. */
  active(): Promise<readonly SilenceId[]>;
  activeOf(accountSid: AccountSid): Promise<readonly SilenceId[]>;
}

/**
 * Where a platform can be spoken to, learned from what it sent: Teams gives an address with every message, and it may change.
 * `key`: a channel's or a person's id there. `reference` is the platform's own JSON.
 */
export interface ConversationStore {
  load(platform: PlatformName, key: string): Promise<Json | null>;
  save(platform: PlatformName, key: string, reference: Json, atMs: number): Promise<void>;
}

export interface SignalStore {
  /** Durable when it resolves. Answers the accounts that got something new; a delivery known for 400 days is not new. Concurrent calls share a commit. */
  keep(received: readonly ReceivedSignal[], atMs: number): Promise<readonly AccountSid[]>;
  /** Folds new signals of an account into its minute buckets, each signal once, and leaves a `detect` follow-up in the same transaction. Answers how many. */
  fold(accountSid: AccountSid, atMs: number): Promise<number>;
  /** Oldest first. `changesSinceMs`: those of changes reach back further. */
  bucketsSince(accountSid: AccountSid, sinceMs: number, changesSinceMs?: number): Promise<readonly Bucket[]>;
  /** Accounts with signals that were not folded yet: for the sweep. */
  pendingAccounts(): Promise<readonly AccountSid[]>;
  /** Forgets signals and buckets older than this, and delivery keys older than 400 days. */
  forgetBefore(atMs: number): Promise<void>;
}

/** Numbers, whole. They leave only masked, or in a private answer to a responder. */
export interface NumberStore {
  /** Numbers that an incident's traffic went to; at most 1,000 of an incident are kept. */
  saw(incidentId: IncidentId, numbers: readonly string[], atMs: number): Promise<void>;
  incidentsWith(number: string): Promise<readonly IncidentId[]>;
  /** Line type and carrier, as Lookup said at that time; the pumping risk is never kept. */
  line(number: string): Promise<{ readonly line: Json; readonly atMs: number } | null>;
  saveLine(number: string, line: Json, atMs: number): Promise<void>;
}

export interface ObservationStore {
  save(incidentId: IncidentId, observation: Observation): Promise<void>;
  /** Newest first. */
  newest(incidentId: IncidentId, limit: number): Promise<readonly Observation[]>;
}

/** What a dialog showed: an approval is bound to it. */
export interface StoredPreview {
  readonly incidentId: IncidentId;
  readonly accountSid: AccountSid;
  readonly remediation: RemediationId;
  readonly snapshot: Json;
  readonly undoOf: RunId | null;
  readonly takenAtMs: number;
}

export interface PreviewStore {
  save(id: ApprovalId, preview: StoredPreview): Promise<void>;
  load(id: ApprovalId): Promise<StoredPreview | null>;
}

/** Where a message of ours goes. */
export interface Place {
  readonly channel: Channel;
  /** The channel that it was meant for and could not be posted to, in a few words or as its id; null when it is where it belongs. */
  readonly meantFor: string | null;
}

/** Where a message of ours is. `posting`: a post was begun there and its answer never seen. */
export type MessageState =
  | { readonly status: "none" }
  | { readonly status: "posting"; readonly sinceMs: number; readonly place: Place }
  | {
      readonly status: "posted";
      readonly ref: MessageRef;
      readonly revision: number;
      readonly digest: string;
      readonly meantFor: string | null;
    };

export interface MessageStore {
  load(platform: PlatformName, subject: string): Promise<MessageState>;
  /** Before a post. False when another worker is faster. */
  beginPost(platform: PlatformName, subject: string, place: Place, atMs: number): Promise<boolean>;
  posted(platform: PlatformName, subject: string, ref: MessageRef, revision: number, digest: string): Promise<void>;
  /** An edit of an older revision never overwrites a newer one: false then. */
  edited(platform: PlatformName, subject: string, revision: number, digest: string): Promise<boolean>;
  /** An older edit may have landed last: what it shows is not known, so that the next notify edits it in any case. */
  spoil(platform: PlatformName, subject: string): Promise<void>;
  /** Subjects that begin with this and were posted, on whichever platform. */
  postedAs(beginning: string): Promise<readonly string[]>;
  /** The message is gone: the next notify posts a new one. */
  forget(platform: PlatformName, subject: string): Promise<void>;
}

/** The oldest of the follow-ups of one job, and of one platform where the job is about one. */
export interface Waiting {
  readonly job: JobName;
  readonly platform: PlatformName | null;
  /** Milliseconds past its time. */
  readonly ms: number;
}

export interface Outbox {
  /** Due and not handed to the queue in the last `leaseMs`; marks them as handed over. */
  takeDue(nowMs: number, leaseMs: number, limit: number): Promise<readonly Todo[]>;
  add(followUp: FollowUp, nowMs: number): Promise<void>;
  /** Those that are not there yet; the others stay as they are. */
  addMissing(followUps: readonly FollowUp[], nowMs: number): Promise<void>;
  load(job: JobName, key: string): Promise<Todo | null>;
  /** Done as of `wanted`. When it was wished for again meanwhile it stays, due at once: `again`. */
  complete(todo: Todo): Promise<"gone" | "again">;
  /** Comes back at this time; counts an attempt. */
  postpone(todo: Todo, dueAtMs: number): Promise<void>;
  /** How far behind we are: of each job the one that is most overdue; nothing that is not due yet. */
  oldest(nowMs: number): Promise<readonly Waiting[]>;
}

export interface AuditStore {
  after(sequence: number, limit: number): Promise<readonly AuditRecord[]>;
  /** Newest first. `about` narrows by incident, account, person (as actor) or moment. */
  search(about: AuditQuery, limit: number): Promise<readonly AuditRecord[]>;
  /** A platform that was never written to begins here: turned on later, it must not be told years of history. */
  beginAt(platform: PlatformName, sequence: number): Promise<void>;
  head(): Promise<{ readonly sequence: number; readonly mac: string }>;
  /**
   * How far the audit channel of that platform is. `begunUpTo`: a message ending with this record was begun and its answer never
   * seen: look for it before posting it again. `begunAtMs`: when, 0 where an older version began it.
   */
  posted(
    platform: PlatformName,
  ): Promise<{ readonly upTo: number; readonly begunUpTo: number | null; readonly begunAtMs: number }>;
  beginPost(platform: PlatformName, upTo: number, atMs: number): Promise<void>;
  /** It certainly was not posted. */
  cancelPost(platform: PlatformName): Promise<void>;
  markPosted(platform: PlatformName, upTo: number): Promise<void>;
}

export interface Store {
  readonly events: EventStore;
  readonly incidents: IncidentIndex;
  readonly silences: SilenceIndex;
  readonly conversations: ConversationStore;
  readonly signals: SignalStore;
  readonly observations: ObservationStore;
  readonly polls: PollStore;
  readonly baselines: BaselineStore;
  readonly pictures: PictureStore;
  readonly setup: SetupStore;
  readonly numbers: NumberStore;
  readonly previews: PreviewStore;
  readonly messages: MessageStore;
  readonly outbox: Outbox;
  readonly audit: AuditStore;
  /** Runs `work` while holding a lock that no other worker or replica can hold, and that dies with its holder. `busy`: somebody else has it. */
  withLock<Answer>(
    name: string,
    work: () => Promise<Answer>,
  ): Promise<{ readonly held: true; readonly answer: Answer } | { readonly held: false }>;
  /** Throws a `Fault` when a commit cannot be made. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** BullMQ, on Redis or on PostgreSQL. A queue that is down delays, it never loses: the outbox is the truth and a sweep fills the queue again. */
export interface JobQueue {
  /**
   * At most one job of a name and key is active and one more waiting. Rejects with a `Fault` within a second when the queue is down.
   * `isRoutine`: nobody waits for it, so that among what reads and draws it stands behind everything else, and for itself: the same
   * job wished for at once overtakes it, and both may be active.
   */
  add(job: JobName, key: string, isRoutine?: boolean): Promise<void>;
  /** Begins to work. `handle` never rejects. */
  start(handle: (job: JobName, key: string) => Promise<void>): Promise<void>;
  ping(): Promise<void>;
  /** Waits for the active jobs, at most this long. */
  close(graceMs: number): Promise<void>;
}

/** Where an account's newest traffic goes. */
export interface RecentTraffic {
  /** ISO 3166 -> calls or messages, most first. */
  readonly byCountry: ReadonlyMap<string, number>;
  /** Calls that are up; null for messages. */
  readonly live: number | null;
  /** There was more than is read at once: every count is a lower bound. Missing: false. */
  readonly isCut?: boolean;
  /** Whole, each once: for the store of numbers and nobody else. */
  readonly numbers: readonly { readonly number: string; readonly country: string }[];
}

/** Twilio, seen from the workflow. Methods throw `Fault`. */
export interface Twilio extends UsageReader {
  readonly parentSid: AccountSid;
  readonly records: TwilioRecords;
  /** Undefined when the SID is not one of ours. */
  account(sid: AccountSid): Promise<TwilioAccount | undefined>;
  /** Name and status, from a short cache; for headings. */
  facts(sid: AccountSid): Promise<AccountFacts>;
  /** What Lookup says of a number, as the parent asks. Without packages it costs nothing. */
  lookUp(number: string, packages: readonly LookupPackage[]): Promise<NumberReading>;
  /** Newest calls or messages of an account: where its traffic goes. */
  recentDestinations(sid: AccountSid, medium: "calls" | "messages", sinceMs: number): Promise<RecentTraffic>;
}

export type SignatureVerdict = "valid" | "unknown-account" | "bad-signature" | "account-mismatch" | "unavailable";

/** Checks that a webhook was signed by Twilio with the token of the account that it names. */
export interface WebhookVerifier {
  verify(request: {
    /** The account in the path. */
    readonly accountSid: string;
    /** Path and query as they came, e.g. `/twilio/debugger/AC…?x=1`. */
    readonly originalUrl: string;
    readonly signature: string | undefined;
    /** POST parameters, all values of repeated names kept; empty for GET. */
    readonly params: Readonly<Record<string, string | readonly string[]>>;
    /** The account in the body, when it has one. */
    readonly bodyAccountSid: string | undefined;
  }): Promise<SignatureVerdict>;
  /** The same for a JSON post, whose bytes are signed through their hash in the address; by the account in the path alone. */
  verifyJson(request: {
    readonly accountSid: string;
    readonly originalUrl: string;
    readonly signature: string | undefined;
    readonly rawBody: Uint8Array;
  }): Promise<SignatureVerdict>;
  /** Whether what comes to the address of `accountSid` may tell of `other`: of itself, or of a subaccount where it is the parent. Throws a `Fault`. */
  covers(accountSid: AccountSid, other: AccountSid): Promise<boolean>;
}
