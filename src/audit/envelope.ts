/**
 * The audit record: one fact, and the only thing that is ever stored about it. The audit log IS the event store.
 *
 * A record with a version is an event of its stream and is folded into state. A record without one (a refusal) is
 * remembered and never folded, so it cannot make anybody's decision stale.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export type PlatformName = "slack" | "teams";

/** As people call them. */
export const PLATFORM_NAMES: Readonly<Record<PlatformName, string>> = { slack: "Slack", teams: "Teams" };

/** Who did it: a person of the roster, somebody on a chat platform who is none, Twilio, or Tollgate itself. */
export type Actor =
  | {
      readonly kind: "person";
      readonly personId: string;
      readonly name: string;
      readonly platform: PlatformName;
      readonly userId: string;
    }
  | { readonly kind: "stranger"; readonly platform: PlatformName; readonly userId: string }
  | { readonly kind: "twilio" }
  | { readonly kind: "tollgate"; readonly part: string };

/** What a writer states; sequence and mac are added by the store under its lock. */
export interface AuditDraft {
  readonly stream: string;
  /** Null for a refusal or a note: remembered, never folded. */
  readonly version: number | null;
  readonly atMs: number;
  readonly actor: Actor;
  /** What made it happen: `click`, `command`, `signal`, `timer`, `job`, `start`. */
  readonly cause: string;
  /** An event in the past tense, or `refused`. */
  readonly type: string;
  /** What it is about, for search: an account SID and an incident, when there are such. */
  readonly accountSid: string | null;
  readonly incidentId: string | null;
  /** In a few words for people: `Suspend the subaccount`. Null when the type says it all. */
  readonly what: string | null;
  readonly data: Json;
}

/** The canonical body also holds its own place, so that `verify` can compare it with the columns. */
export interface AuditBody extends AuditDraft {
  readonly sequence: number;
}

export interface AuditRecord {
  readonly sequence: number;
  readonly stream: string;
  readonly version: number | null;
  /** Canonical JSON text of an `AuditBody`. */
  readonly body: string;
  /** Lower-case hex of HMAC-SHA256(key, previous mac + body). */
  readonly mac: string;
}
