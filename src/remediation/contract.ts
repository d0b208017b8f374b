import type { ZodType } from "zod";
import type { Json } from "../audit/envelope.ts";
import type { AccountSid, ApprovalId, IncidentId, PersonId, RunId } from "../lib/id.ts";
import type { Secret } from "../lib/secret.ts";

export type RemediationId =
  | "suspend-subaccount"
  | "reactivate-subaccount"
  | "rotate-auth-token"
  | "delete-api-keys"
  | "disable-geo-regions"
  | "restore-geo-regions";

/**
 * Permission to run one remediation with exactly these parameters. Only an approval makes one (`approval/evolve.ts`), and running demands it.
 * The brand keeps anybody else from writing one down by hand.
 */
export interface Grant {
  readonly __grant: true;
  readonly approvalId: ApprovalId;
  readonly incidentId: IncidentId;
  readonly remediation: RemediationId;
  readonly accountSid: AccountSid;
  readonly params: Json;
  /** One sentence: `Suspend the subaccount`. */
  readonly description: string;
  /** Digest of action, account, parameters, binding facts and policy: what was approved. */
  readonly digest: string;
  readonly requester: PersonId;
  readonly approvers: readonly PersonId[];
  readonly undoOf: RunId | null;
}

// ---- What a remediation needs from Twilio. Every method throws `Fault` and nothing else. ----

export type AccountStatus = "active" | "suspended" | "closed";

export interface AccountFacts {
  readonly sid: AccountSid;
  readonly friendlyName: string;
  readonly status: AccountStatus;
  readonly isParent: boolean;
}

export interface ApiKeyFacts {
  readonly sid: string;
  readonly friendlyName: string;
  readonly createdAtMs: number;
}

export interface VoicePermission {
  /** ISO 3166; Twilio lists the US and Canada together as `US`. */
  readonly country: string;
  readonly name: string;
  readonly lowRisk: boolean;
  readonly highRiskSpecial: boolean;
  readonly highRiskTollfraud: boolean;
}

export interface MessagingPermission {
  readonly country: string;
  readonly enabled: boolean;
}

/** One row of an answer that may be 200 as a whole and still refuse this country (`errorCode` 30649). */
export interface MessagingPermissionResult extends MessagingPermission {
  /** 0 when it was taken. */
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

/** One Twilio account with the credentials that each call needs chosen for us (parent's or the subaccount's own). */
export interface TwilioAccount {
  readonly sid: AccountSid;
  readonly isParent: boolean;
  fetch(): Promise<AccountFacts>;
  /** Parent's credentials. The parent itself cannot be suspended. */
  setStatus(status: "active" | "suspended"): Promise<AccountFacts>;
  listKeys(): Promise<readonly ApiKeyFacts[]>;
  /** Resolves also when the key was gone already (20404). */
  deleteKey(sid: string): Promise<void>;
  /** SID of the API key that Tollgate itself authenticates with, if it uses one here. */
  readonly ownKeySid: string | null;
  countPhoneNumbers(): Promise<number>;
  countLiveCalls(): Promise<number>;
  spendTodayUsd(): Promise<number | null>;
  createSecondaryToken(): Promise<Secret>;
  /** Promotes the pending secondary: the old primary is dead at once. Answers the new primary. */
  promoteSecondaryToken(): Promise<Secret>;
  /** Resolves also when there was none. */
  deleteSecondaryToken(): Promise<void>;
  /** The present primary token as the parent sees it. */
  readPrimaryToken(): Promise<Secret>;
  /** Makes a harmless call with exactly this token: true when Twilio accepts it, false on 401. */
  tokenWorks(token: Secret): Promise<boolean>;
  /** From now on this is the account's token, for calls and for webhook signatures. Drops the old one at once. */
  adoptToken(token: Secret): void;
  /** What Twilio answers to the account itself. While a subaccount inherits, the parent's table is the one that applies. */
  readVoicePermissions(countries: readonly string[] | "all"): Promise<readonly VoicePermission[]>;
  /** The whole table of the parent, which applies to a subaccount that inherits. */
  readParentVoicePermissions(): Promise<readonly VoicePermission[]>;
  writeVoicePermissions(rows: readonly VoicePermission[]): Promise<void>;
  /** True when the subaccount uses the parent's dialing permissions. */
  readVoiceInheritance(): Promise<boolean>;
  writeVoiceInheritance(inherits: boolean): Promise<void>;
  readMessagingPermissions(countries: readonly string[] | "all"): Promise<readonly MessagingPermission[]>;
  writeMessagingPermissions(rows: readonly MessagingPermission[]): Promise<readonly MessagingPermissionResult[]>;
}

/** Where a new token goes before anything depends on it: a folder or an operator's command. */
export interface SecretSink {
  store(token: {
    readonly accountSid: AccountSid;
    readonly authToken: Secret;
    readonly rotatedAtMs: number;
    readonly runId: RunId;
  }): Promise<void>;
  /** Where it went, for a person: `data/secrets/AC….json`. */
  describe(accountSid: AccountSid): string;
}

// ---- What a remediation is. ----

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Something that the requester may choose in the dialog. */
export type Field =
  | {
      readonly kind: "choose-many";
      readonly id: string;
      readonly label: string;
      readonly options: readonly { readonly value: string; readonly label: string; readonly description?: string }[];
      readonly initial: readonly string[];
      readonly isOptional: boolean;
    }
  /** The requester types this text exactly: for what cannot be undone. */
  | { readonly kind: "typed-confirmation"; readonly id: string; readonly label: string; readonly expected: string };

/** What the incident knows that helps to propose parameters. */
export interface Situation {
  readonly incidentId: IncidentId;
  readonly accountSid: AccountSid;
  readonly firstSignalAtMs: number;
  /** ISO codes outside the allowed countries, most traffic first. */
  readonly suspectCountries: readonly string[];
  /** For an undo: what the first run changed, as it recorded it. */
  readonly undoOf: { readonly runId: RunId; readonly captured: Json } | null;
}

export interface Preview {
  readonly willHappen: readonly string[];
  readonly willNotHappen: readonly string[];
  /** Shown with their time, never bound. A fact that could not be read says so in its value. */
  readonly facts: readonly Fact[];
  readonly warnings: readonly string[];
  readonly fields: readonly Field[];
  /** Set when it cannot be requested now: why, and what to do instead. Then there is no Submit. */
  readonly blocked: string | null;
}

export type Chosen<Params> =
  | { readonly ok: true; readonly params: Params }
  /** Field id -> what is wrong with it. */
  | { readonly ok: false; readonly problems: Readonly<Record<string, string>> };

export type Outcome =
  | { readonly status: "done"; readonly evidence: readonly string[]; readonly captured: Json }
  /** `remaining`: what a person must do by hand, one sentence each. */
  | {
      readonly status: "partly-done";
      readonly evidence: readonly string[];
      readonly remaining: readonly string[];
      readonly captured: Json;
    }
  /** Nothing was changed. */
  | { readonly status: "refused"; readonly reason: string }
  /** It may or may not have happened and could not be read back: `check` decides later. */
  | { readonly status: "unknown"; readonly reason: string };

/** Steps that are already recorded for this run, newest last: a restarted run continues from them. */
export interface RunContext<Params> {
  readonly params: Params;
  readonly account: TwilioAccount;
  readonly grant: Grant;
  readonly runId: RunId;
  readonly sink: SecretSink;
  readonly nowMs: () => number;
  readonly steps: readonly RunStep[];
  /** Recorded durably (and audited) before it resolves: what was captured, what is about to happen. Never a secret. */
  recordStep(name: string, data?: Json): Promise<void>;
}

export interface RunStep {
  readonly name: string;
  readonly atMs: number;
  readonly data: Json;
}

/**
 * One action on a Twilio account. `Snapshot` is what was read before asking (JSON, no secrets): the preview is made from it,
 * and `bind` picks what an approval depends on.
 */
export interface Remediation<Params, Snapshot> {
  readonly id: RemediationId;
  /** On the button: `Suspend subaccount`. */
  readonly title: string;
  /** Whose entry in `policy:` governs it: its own, or, for an undo, that of what it undoes. */
  readonly policyId: RemediationId;
  /** Once it is done, even in part, the incident counts as contained; once its undo is done, not any more. */
  readonly containsIncident: boolean;
  readonly isReversible: boolean;
  /** The remediation that undoes it. */
  readonly undoneBy: RemediationId | null;
  readonly params: ZodType<Params>;
  readonly snapshot: ZodType<Snapshot>;
  /** Why it is not offered for this account now, or null when it is. Pure. */
  offer(account: AccountFacts): string | null;
  read(account: TwilioAccount, situation: Situation): Promise<Snapshot>;
  preview(snapshot: Snapshot, situation: Situation): Preview;
  /** From the dialog's values (field id -> chosen values) to parameters. */
  choose(snapshot: Snapshot, values: Readonly<Record<string, readonly string[]>>): Chosen<Params>;
  /** The facts that an approval depends on, for these parameters: canonical JSON of it goes into the digest. */
  bind(params: Params, snapshot: Snapshot): Json;
  /** One sentence for cards and the audit: `Suspend the subaccount` / `Delete 2 API keys`. */
  describe(params: Params): string;
  /** What exactly was chosen, a line each, where `describe` only counts: an approver must see it. Else empty. */
  details(params: Params, snapshot: Snapshot): readonly string[];
  /**
   * Carries it out and reads it back. Safe to call again after a crash with the recorded steps. A fault that leaves the outcome
   * unknown is resolved by reading; only when that fails too, the outcome is `unknown`. May throw `Fault` of kind
   * `rate-limited` or `unavailable` when it is certain that nothing happened: the job comes again later.
   */
  run(context: RunContext<Params>): Promise<Outcome>;
  /** Reads back only; for a run whose outcome is unknown. `null`: still cannot be read. `not-in-effect`: safe to run again. */
  check(context: RunContext<Params>): Promise<Outcome | "not-in-effect" | null>;
}

/** A remediation whose own types are hidden: what the registry lists. Parameters and snapshots cross as JSON and are parsed again inside. */
export interface AnyRemediation {
  readonly id: RemediationId;
  readonly title: string;
  readonly policyId: RemediationId;
  /** What it undoes; null for what people ask for by itself. */
  readonly undoes: RemediationId | null;
  readonly containsIncident: boolean;
  readonly isReversible: boolean;
  readonly undoneBy: RemediationId | null;
  offer(account: AccountFacts): string | null;
  read(account: TwilioAccount, situation: Situation): Promise<Json>;
  preview(snapshot: Json, situation: Situation): Preview;
  choose(snapshot: Json, values: Readonly<Record<string, readonly string[]>>): Chosen<Json>;
  bind(params: Json, snapshot: Json): Json;
  describe(params: Json): string;
  details(params: Json, snapshot: Json): readonly string[];
  run(context: RunContext<Json>): Promise<Outcome>;
  check(context: RunContext<Json>): Promise<Outcome | "not-in-effect" | null>;
}

/** Hides a remediation's own types. Throws a ZodError when stored JSON does not fit any more. */
export function entry<Params extends Json, Snapshot extends Json>(
  remediation: Remediation<Params, Snapshot>,
): AnyRemediation {
  const params = (json: Json): Params => remediation.params.parse(json);
  const snapshot = (json: Json): Snapshot => remediation.snapshot.parse(json);
  return {
    id: remediation.id,
    title: remediation.title,
    policyId: remediation.policyId,
    undoes: remediation.policyId === remediation.id ? null : remediation.policyId,
    containsIncident: remediation.containsIncident,
    isReversible: remediation.isReversible,
    undoneBy: remediation.undoneBy,
    offer: (account) => remediation.offer(account),
    read: (account, situation) => remediation.read(account, situation),
    preview: (json, situation) => remediation.preview(snapshot(json), situation),
    choose: (json, values) => remediation.choose(snapshot(json), values),
    bind: (json, read) => remediation.bind(params(json), snapshot(read)),
    describe: (json) => remediation.describe(params(json)),
    details: (json, read) => remediation.details(params(json), snapshot(read)),
    run: (context) => remediation.run({ ...context, params: params(context.params) }),
    check: (context) => remediation.check({ ...context, params: params(context.params) }),
  };
}
