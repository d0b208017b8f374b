/** What the card builders are given: state that was read, with names looked up. No builder reads anything itself. */
import type { Approval } from "../approval/contract.ts";
import type { Actor } from "../audit/envelope.ts";
import type { Bucket, Observation, Threat } from "../detection/contract.ts";
import type { ConfigProposal } from "../detection/proposal.ts";
import type { LiveIncident } from "../incident/contract.ts";
import type { HeldBack } from "../incident/silence.ts";
import { unreachable } from "../lib/decision.ts";
import type { AccountSid, ApprovalId, IncidentId, PersonId, RunId, SilenceId } from "../lib/id.ts";
import type { AccountFacts, Preview, RemediationId } from "../remediation/contract.ts";
import type { ChartElement } from "./card.ts";
import type { Rate } from "./words.ts";

/** Only the SID when Twilio could not be asked. */
export type AccountView = AccountFacts | { readonly sid: AccountSid };

/** Person id -> name. Somebody who left the roster is shown by id. */
export type Names = ReadonlyMap<PersonId, string>;

export interface IncidentView {
  readonly incident: LiveIncident;
  readonly account: AccountView;
  /** The newest; null until the API was read. */
  readonly observation: Observation | null;
  /** Why it was not confirmed, as a sentence; null unless the incident is unconfirmed and somebody knows. */
  readonly unconfirmedReason: string | null;
  /** Those that Twilio sent; what Tollgate read by itself is not counted. */
  readonly signalCount: number;
  /** Those of the account since the first signal: the details card folds them into one line a series. */
  readonly buckets: readonly Bucket[];
  /** Oldest first. */
  readonly runs: readonly RunView[];
  readonly pending: readonly PendingView[];
  /** Every remediation there is, offered or not; the builder brings them into the order that works. */
  readonly offers: readonly OfferView[];
  readonly names: Names;
  readonly responders: readonly PersonId[];
  /** True while nobody was paged for what the incident is now: the message is new. */
  readonly mentionResponders: boolean;
  /** How far behind the card is; null when it is not. */
  readonly lagMs: number | null;
  /** Other platforms that do not take messages now, e.g. `Microsoft Teams`: their cards are out of date. */
  readonly platformsDown: readonly string[];
  /** The silence that covers this threat on this account now, if there is one. */
  readonly silence: SilenceSummary | null;
  /** What was merged into it: number and threat. */
  readonly merged: readonly { readonly id: IncidentId; readonly threat: Threat }[];
  /** What its card shows in a picture, and what the evidence in its thread does. */
  readonly charts: { readonly card: readonly ChartElement[]; readonly details: readonly ChartElement[] };
  /** The exact change of `tollgate.yml` that would have kept a false positive from people; null for anything else. */
  readonly proposal: ConfigProposal | null;
}

/** One line of a list of incidents. */
export interface IncidentSummary {
  readonly id: IncidentId;
  readonly status: LiveIncident["status"];
  readonly severity: LiveIncident["alert"]["severity"];
  readonly threat: Threat;
  readonly account: AccountView;
  readonly openedAtMs: number;
  /** Money per hour; null when it is not known. */
  readonly rate: Rate | null;
  readonly spendTodayUsd: number | null;
  readonly assignee: PersonId | null;
  readonly acknowledgedBy: Actor | null;
  readonly snoozedUntilMs: number | null;
}

export interface SilenceSummary {
  readonly id: SilenceId;
  readonly account: AccountView;
  /** Null: whatever it is. */
  readonly threat: Threat | null;
  readonly by: Actor;
  readonly reason: string;
  readonly startedAtMs: number;
  readonly untilMs: number;
  readonly heldBack: readonly Pick<HeldBack, "threat" | "severity" | "summary" | "atMs">[];
}

export interface RunView {
  readonly runId: RunId;
  readonly remediation: RemediationId;
  /** What exactly, e.g. `Delete 2 API keys`. */
  readonly description: string;
  readonly status: "started" | "done" | "partly-done" | "refused" | "unknown" | "reverted";
  readonly by: PersonId;
  readonly approvedBy: readonly PersonId[];
  /** When it came to this status. */
  readonly atMs: number;
  /** Why it was refused or is unknown. */
  readonly reason: string | null;
  readonly evidence: readonly string[];
  /** What a person must still do by hand, one sentence each. */
  readonly remaining: readonly string[];
  /** Title of the remediation that undoes it, e.g. `Reactivate subaccount`; null when it cannot be undone (any more, or now). */
  readonly undoTitle: string | null;
}

export interface PendingView {
  readonly approvalId: ApprovalId;
  readonly remediation: RemediationId;
  readonly description: string;
  readonly requester: PersonId;
  readonly expiresAtMs: number;
  readonly undoOf: RunId | null;
}

export interface OfferView {
  readonly remediation: RemediationId;
  readonly title: string;
  readonly isReversible: boolean;
  /** What it undoes; null for what people ask for by itself. */
  readonly undoes: RemediationId | null;
  /** Why it is not offered for this account now, or null when it is. */
  readonly blockedReason: string | null;
  /** How long a request for it may wait for its approval. */
  readonly approvalMs: number;
}

export interface RequestView {
  readonly approval: Exclude<Approval, { readonly status: "none" }>;
  readonly account: AccountView;
  readonly isReversible: boolean;
  /** What exactly will happen, one sentence each, as the preview said. */
  readonly willHappen: readonly string[];
  /** What exactly was chosen, e.g. each key; empty when the description says it all. */
  readonly chosen: readonly string[];
  readonly names: Names;
  /** Those who could approve it now. */
  readonly possibleApprovers: readonly PersonId[];
  /** The run of a granted request, once it began. */
  readonly run: RunView | null;
}

export interface DialogView {
  readonly title: string;
  readonly account: AccountView;
  readonly preview: Preview;
  readonly previewId: string;
  readonly readAtMs: number;
  readonly isReversible: boolean;
}

/** Who acted, as a card names them: people by name, others by what they are. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return actor.name;
    case "stranger":
      return "somebody who is not on the roster";
    case "twilio":
      return "Twilio";
    case "tollgate":
      return "Tollgate";
    default:
      return unreachable(actor);
  }
}

export function nameOf(names: Names, person: PersonId): string {
  return names.get(person) ?? person;
}

export function namesOf(names: Names, people: readonly PersonId[]): readonly string[] {
  return people.map((person) => nameOf(names, person));
}

/** `Acme Voice EU`; the SID when Twilio could not be asked. */
export function accountName(account: AccountView): string {
  return "friendlyName" in account && account.friendlyName.trim() !== "" ? account.friendlyName : account.sid;
}
