import type { Actor } from "../audit/envelope.ts";
import type { Alert, Observation } from "../detection/contract.ts";
import type { IncidentId, RunId } from "../lib/id.ts";

/**
 * State machine 1: the alert group that people work on.
 *
 * none --raise--> open --acknowledge--> acknowledged --contain--> contained --resolve--> resolved
 *                  \________________________contain______________/                          |
 *   raise within the cool-down, or a new threat level: reopened  <--------------------------+
 *   raise after the cool-down: refused with `cooled-down`, the shell opens a new incident
 *   the account is active again: contained --release--> acknowledged
 *   raise well after containment: contained --> reopened
 */
export type Incident = { readonly status: "none" } | LiveIncident;

export type LiveIncident = OpenIncident | AcknowledgedIncident | ContainedIncident | ResolvedIncident;

interface IncidentCore {
  readonly id: IncidentId;
  readonly alert: Alert;
  readonly openedAtMs: number;
  readonly reopenedAtMs: number | null;
  /** `reported` until the API was read; `confirmed` or `unconfirmed` after. Unconfirmed never hides an incident. */
  readonly confirmation: "reported" | "confirmed" | "unconfirmed";
  /** Milestones for the card, oldest first. */
  readonly countries: readonly string[];
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
}

export type IncidentCommand =
  | { readonly type: "raise"; readonly id: IncidentId; readonly alert: Alert }
  | { readonly type: "confirm"; readonly observation: Observation }
  | { readonly type: "doubt"; readonly reason: string }
  | { readonly type: "acknowledge"; readonly by: Actor }
  | { readonly type: "contain"; readonly runId: RunId }
  | { readonly type: "release"; readonly runId: RunId }
  | { readonly type: "resolve"; readonly by: Actor };

export type IncidentEvent =
  | { readonly type: "incident-opened"; readonly id: IncidentId; readonly alert: Alert; readonly atMs: number }
  | { readonly type: "incident-escalated"; readonly alert: Alert; readonly reason: NoticeReason; readonly atMs: number }
  | { readonly type: "incident-confirmed"; readonly observation: Observation; readonly atMs: number }
  | { readonly type: "incident-unconfirmed"; readonly reason: string; readonly atMs: number }
  | { readonly type: "incident-acknowledged"; readonly by: Actor; readonly atMs: number }
  | { readonly type: "incident-contained"; readonly runId: RunId; readonly atMs: number }
  | { readonly type: "incident-released"; readonly runId: RunId; readonly atMs: number }
  | { readonly type: "incident-resolved"; readonly by: Actor; readonly atMs: number }
  | { readonly type: "incident-reopened"; readonly alert: Alert; readonly atMs: number };

/** Why people should hear of it again, or `none`. */
export type NoticeReason = "escalated" | "new-country" | "none";

export type IncidentRefusal =
  | "unknown-incident"
  | "already-acknowledged"
  | "already-contained"
  | "already-resolved"
  | "not-contained-by-this-run"
  | "cooled-down";
