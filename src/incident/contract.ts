import type { Actor } from "../audit/envelope.ts";
import type { Alert, Observation, Threat } from "../detection/contract.ts";
import type { IncidentId, PersonId, RunId } from "../lib/id.ts";

/**
 * State machine 1: the alert group that people work on.
 *
 * none --raise--> open --acknowledge--> acknowledged --contain--> contained --resolve--> resolved
 *                  \________________________contain______________/                          |
 *   raise within the cool-down, or a new threat level: reopened  <--------------------------+
 *   raise after the cool-down: refused with `cooled-down`, the shell opens a new incident
 *   a run of ours made the account active again: contained --release--> acknowledged
 *   it is found active and no run of ours did it: contained --> reopened
 *   raise well after containment: contained --> reopened
 *   a person reopens: resolved --> open
 *   merge: any unresolved --> resolved, into another one that takes it in and hears what it was
 *   pass-on: what is heard of the threat of a merged one is absorbed by the other; once it was quiet for longer than the cool-down,
 *   it is refused with `cooled-down`: what begins then is an incident of its own, which calls people
 *
 * A silence over it keeps calls and reminders from people, never what happens: when it is over they are called for what they
 * missed (unsilence), and reminders begin anew.
 *
 * Beside its status an incident has an assignee, and may be snoozed: nobody is reminded of it until then. An alarm (it came
 * back, or became critical) ends a snooze. Assigning acknowledges nothing: the one who acknowledges it has seen it. What came back
 * is nobody's until somebody takes it anew.
 */
export type Incident = { readonly status: "none" } | LiveIncident;

export type LiveIncident = UnresolvedIncident | ResolvedIncident;
export type UnresolvedIncident = OpenIncident | AcknowledgedIncident | ContainedIncident;

interface IncidentCore {
  readonly id: IncidentId;
  readonly alert: Alert;
  readonly openedAtMs: number;
  readonly reopenedAtMs: number | null;
  /** When people were last called to it, or it began anew to wait for somebody: reminders count from here. */
  readonly calledAtMs: number;
  /** `reported` until the API was read; `confirmed` or `unconfirmed` after. Unconfirmed never hides an incident. */
  readonly confirmation: "reported" | "confirmed" | "unconfirmed";
  /** Milestones for the card, oldest first. */
  readonly countries: readonly string[];
  /** Who is to work on it. Whoever acknowledges it takes it, unless somebody else was assigned after that. */
  readonly assignee: PersonId | null;
  /** Who gave it to the assignee, and when; null when they took it themselves. */
  readonly assigned: { readonly by: Actor; readonly atMs: number } | null;
  /** Nobody is reminded before this; null or past: not snoozed. */
  readonly snoozedUntilMs: number | null;
  /** To whom the end of the snooze was promised; null when an alarm or a person ended it before. */
  readonly snoozedBy: Actor | null;
  /** The newest alarm; null when there was none since it was opened, or since a person reopened it. A silence may have kept it from people. */
  readonly alarm: Alarm | null;
  /** Incidents that were merged into this one, oldest first. */
  readonly merged: readonly IncidentId[];
}

/** People are to be called again to what they know already. */
export interface Alarm {
  readonly atMs: number;
  /** What it is about: the incident's own threat, or that of one that it took in. */
  readonly threat: Threat;
  readonly why: "came-back" | "active-again" | "became-critical" | "silence-over";
}

export interface OpenIncident extends IncidentCore {
  readonly status: "open";
}

export interface AcknowledgedIncident extends IncidentCore {
  readonly status: "acknowledged";
  readonly acknowledgedBy: Actor;
  readonly acknowledgedAtMs: number;
}

export interface ContainedIncident extends IncidentCore {
  readonly status: "contained";
  readonly containedBy: RunId;
  readonly containedAtMs: number;
  readonly acknowledgedBy: Actor | null;
}

export interface ResolvedIncident extends IncidentCore {
  readonly status: "resolved";
  readonly resolvedBy: Actor;
  readonly resolvedAtMs: number;
  readonly acknowledgedBy: Actor | null;
  readonly cause: ResolveCause;
  /** What the person added, or null. */
  readonly note: string | null;
  /** Set when the cause is `merged`. */
  readonly mergedInto: IncidentId | null;
  /** When its threat was last heard after that, as far as it is recorded. */
  readonly heardAtMs: number;
}

/** Why an incident was resolved, as people choose it; `merged` is not chosen. */
export const RESOLVE_CAUSES = ["fraud-stopped", "false-positive", "expected-traffic", "fault-fixed", "other"] as const;
export type ResolveCause = (typeof RESOLVE_CAUSES)[number] | "merged";

export type IncidentCommand =
  | { readonly type: "raise"; readonly id: IncidentId; readonly alert: Alert }
  | { readonly type: "confirm"; readonly observation: Observation }
  | { readonly type: "doubt"; readonly reason: string }
  | { readonly type: "acknowledge"; readonly by: Actor }
  | { readonly type: "contain"; readonly runId: RunId }
  | { readonly type: "release"; readonly runId: RunId }
  /** Its account is active, and no run of ours made it so. */
  | { readonly type: "find-active" }
  | { readonly type: "resolve"; readonly by: Actor; readonly cause: ResolveCause; readonly note: string | null }
  | { readonly type: "assign"; readonly by: Actor; readonly to: PersonId }
  | { readonly type: "snooze"; readonly by: Actor; readonly untilMs: number }
  | { readonly type: "wake"; readonly by: Actor }
  | { readonly type: "reopen"; readonly by: Actor }
  /** Said to the one that ends. */
  | { readonly type: "merge"; readonly by: Actor; readonly into: IncidentId }
  /** Said to the one that goes on. */
  | { readonly type: "take-in"; readonly by: Actor; readonly from: IncidentId; readonly alert: Alert }
  /** Said to the one that ended, of an alert of its own. */
  | { readonly type: "pass-on"; readonly alert: Alert }
  /** An alert of an incident that was merged into this one. */
  | { readonly type: "absorb"; readonly alert: Alert }
  /** The silence that kept it from people is over. `heardAtMs`: the alarms and reminders that were in fact posted, by their moment. */
  | { readonly type: "unsilence"; readonly overAtMs: number; readonly heardAtMs: readonly number[] };

export type IncidentEvent =
  | { readonly type: "incident-opened"; readonly id: IncidentId; readonly alert: Alert; readonly atMs: number }
  | {
      readonly type: "incident-escalated";
      readonly alert: Alert;
      readonly reason: NoticeReason;
      /** Of the alert that was heard, where it is not its own. */
      readonly threat?: Threat;
      readonly atMs: number;
    }
  | { readonly type: "incident-confirmed"; readonly observation: Observation; readonly atMs: number }
  | { readonly type: "incident-unconfirmed"; readonly reason: string; readonly atMs: number }
  | { readonly type: "incident-acknowledged"; readonly by: Actor; readonly atMs: number }
  | { readonly type: "incident-contained"; readonly runId: RunId; readonly atMs: number }
  | { readonly type: "incident-released"; readonly runId: RunId; readonly atMs: number }
  | {
      readonly type: "incident-resolved";
      readonly by: Actor;
      /** Cause and note are missing in records of older versions. */
      readonly cause?: ResolveCause;
      readonly note?: string | null;
      readonly atMs: number;
    }
  /** `by`: a person reopened it; null, or missing in records of older versions: the alert did. */
  | {
      readonly type: "incident-reopened";
      readonly alert: Alert;
      readonly by?: Actor | null;
      /** Its account was found active, and no run of ours made it so. Missing: no. */
      readonly isActiveAgain?: boolean;
      /** Of the alert that was heard, where it is not its own. */
      readonly threat?: Threat;
      readonly atMs: number;
    }
  /** `isAlarm`: people missed something meanwhile. */
  | { readonly type: "incident-unsilenced"; readonly isAlarm: boolean; readonly atMs: number }
  | { readonly type: "incident-assigned"; readonly by: Actor; readonly to: PersonId; readonly atMs: number }
  | { readonly type: "incident-snoozed"; readonly by: Actor; readonly untilMs: number; readonly atMs: number }
  | { readonly type: "incident-woken"; readonly by: Actor; readonly atMs: number }
  | { readonly type: "incident-merged"; readonly by: Actor; readonly into: IncidentId; readonly atMs: number }
  | { readonly type: "incident-took-in"; readonly by: Actor; readonly from: IncidentId; readonly atMs: number }
  /** That its threat goes on: at most twice in a cool-down, however many signals come. */
  | {
      readonly type: "incident-passed-on";
      readonly alert: Alert;
      readonly into: IncidentId;
      readonly atMs: number;
    };

/** Why people should hear of it again, or `none`. Only `escalated` calls them; the others bring the card up to date. */
export type NoticeReason = "escalated" | "new-country" | "surer" | "worse" | "none";

export type IncidentRefusal =
  | "unknown-incident"
  | "already-acknowledged"
  | "already-contained"
  | "already-resolved"
  | "not-contained"
  | "not-contained-by-this-run"
  | "already-assigned"
  | "not-resolved"
  | "not-snoozed"
  | "snooze-in-the-past"
  | "merge-with-itself"
  | "merged-away"
  | "not-merged"
  | "cooled-down";
