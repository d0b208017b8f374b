/** Why a click changed nothing: one calm sentence for its clicker alone that says what is true now. */
import type { Approval, ApprovalRefusal } from "../approval/contract.ts";
import type { PersonRefusal } from "../approval/people.ts";
import type { Incident, IncidentRefusal } from "../incident/contract.ts";
import { LONGEST_SILENCE_MS, type Silence, type SilenceRefusal } from "../incident/silence.ts";
import { unreachable } from "../lib/decision.ts";
import type { IncidentId, PersonId } from "../lib/id.ts";
import { actorName, type Names, nameOf, namesOf } from "./views.ts";
import { sentenceList, span } from "./words.ts";

export function personRefusalSentence(refusal: PersonRefusal): string {
  switch (refusal) {
    case "not-on-the-roster":
      return "You are not on Tollgate's roster, so nothing was changed. Its operator can add you to tollgate.yml.";
    case "on-the-roster-twice":
      return "You are on Tollgate's roster twice, so it cannot tell who you are, and nothing was changed. Its operator must correct tollgate.yml.";
    case "guest":
      return "Guests of this workspace cannot act here, so nothing was changed.";
    case "bot":
      return "Apps and bots cannot act here, so nothing was changed.";
    case "other-workspace":
      return "Only members of this workspace can act here, so nothing was changed.";
    case "unknown-user":
      return "Tollgate could not find out who you are just now, so nothing was changed. Try again in a minute.";
    default:
      return unreachable(refusal);
  }
}

export function incidentRefusalSentence(refusal: IncidentRefusal, incident: Incident, nowMs: number): string {
  switch (refusal) {
    case "unknown-incident":
      return "Tollgate does not know this incident, so nothing was changed. The card may be from another installation.";
    case "already-acknowledged":
      return incident.status === "acknowledged"
        ? `${actorName(incident.acknowledgedBy)} acknowledged this incident ${ago(incident.acknowledgedAtMs, nowMs)}.`
        : "This incident is acknowledged already.";
    case "already-contained":
      return incident.status === "contained"
        ? `This incident was contained ${ago(incident.containedAtMs, nowMs)}. It can be resolved.`
        : "This incident is contained already.";
    case "already-resolved":
      if (incident.status !== "resolved") return "This incident is resolved already.";
      return incident.mergedInto === null
        ? `${actorName(incident.resolvedBy)} resolved this incident ${ago(incident.resolvedAtMs, nowMs)}.`
        : mergedAway(incident.mergedInto);
    case "not-contained":
      return "This incident is not contained now, so its state stays as it is.";
    case "not-contained-by-this-run":
      return "What was undone is not what contained this incident, so its state stays as it is.";
    case "already-assigned":
      return "This incident is in the hands of that person already.";
    case "not-resolved":
      return "This incident is not resolved, so there is nothing to reopen.";
    case "not-snoozed":
      return "This incident is not snoozed now, so there is nothing to wake.";
    case "snooze-in-the-past":
      return "The time that you chose is over already, so nothing was changed. Choose a longer one.";
    case "merge-with-itself":
      return "An incident cannot be merged into itself, so nothing was changed. Choose another one.";
    case "merged-away":
      return incident.status === "resolved" && incident.mergedInto !== null
        ? mergedAway(incident.mergedInto)
        : "This incident was merged into another one. It goes on there.";
    case "not-merged":
      return "This incident was not merged into another one, so its state stays as it is.";
    case "cooled-down":
      return "This incident was resolved too long ago to reopen. A new one is opened for the same threat.";
    default:
      return unreachable(refusal);
  }
}

function mergedAway(into: IncidentId): string {
  return `This incident was merged into incident ${into}. It goes on there.`;
}

export function silenceRefusalSentence(refusal: SilenceRefusal, silence: Silence, nowMs: number): string {
  switch (refusal) {
    case "unknown-silence":
      return "Tollgate does not know this silence, so nothing was changed.";
    case "already-silenced":
      return silence.status === "active"
        ? `${actorName(silence.by)} has silenced this already. It ends in ${span(silence.untilMs - nowMs)}.`
        : "This is silenced already.";
    case "silence-too-long":
      return `A silence lasts ${span(LONGEST_SILENCE_MS)} at most, so nothing was silenced. Choose a shorter one.`;
    case "silence-in-the-past":
      return "The time that you chose is over already, so nothing was silenced. Choose a longer one.";
    case "silence-over":
      if (silence.status !== "over") return "This silence is over already.";
      return silence.endedBy === null
        ? `This silence came to its end ${ago(silence.endedAtMs, nowMs)}.`
        : `${actorName(silence.endedBy)} ended this silence ${ago(silence.endedAtMs, nowMs)}.`;
    case "silence-not-over":
      return silence.status === "active"
        ? `This silence goes on for ${span(silence.untilMs - nowMs)}.`
        : "This silence has not come to its end yet.";
    default:
      return unreachable(refusal);
  }
}

export interface ApprovalRefusalView {
  readonly approval: Approval;
  readonly names: Names;
  /** Those who could approve it now. */
  readonly possibleApprovers: readonly PersonId[];
}

export function approvalRefusalSentence(refusal: ApprovalRefusal, view: ApprovalRefusalView, nowMs: number): string {
  const { approval, names } = view;
  switch (refusal) {
    case "unknown-request":
      return "Tollgate does not know this request, so nothing was changed.";
    case "already-requested":
      return "This request was sent already; once is enough.";
    case "not-a-responder":
      return notAResponder("ask for a remediation");
    case "not-an-approver":
      return `You may not approve or deny this request. ${whoCan(view)}`;
    case "own-request":
      return `You made this request, so somebody else must approve it. ${whoCan(view)}`;
    case "already-approved-by-you":
      return approval.status === "pending"
        ? `You have approved this already. It has ${approval.approvedBy.length} of ${approval.request.policy.approvals} approvals. ${whoCan(view)}`
        : "You have approved this already.";
    case "already-granted":
      return approval.status === "granted"
        ? `This request was approved by ${sentenceList(namesOf(names, approval.approvedBy))} ${ago(approval.grantedAtMs, nowMs)}.`
        : "This request is approved already.";
    case "already-denied":
      return approval.status === "denied"
        ? `${nameOf(names, approval.by)} denied this request ${ago(approval.settledAtMs, nowMs)}. It can be asked for again on the incident's card.`
        : "This request is denied already.";
    case "already-withdrawn":
      return approval.status === "withdrawn"
        ? approval.by === null
          ? `This request was withdrawn ${ago(approval.settledAtMs, nowMs)}, since the incident was resolved.`
          : `${nameOf(names, approval.by)} withdrew this request ${ago(approval.settledAtMs, nowMs)}.`
        : "This request is withdrawn already.";
    case "already-expired":
      return approval.status === "none"
        ? "This request has expired."
        : `This request expired ${ago(approval.request.expiresAtMs, nowMs)}. It can be asked for again on the incident's card.`;
    case "not-due":
      return "This request has not expired yet.";
    default:
      return unreachable(refusal);
  }
}

/** Refusals that no state machine makes. */
export type ClickRefusal =
  | "not-a-responder"
  | "without-a-role"
  | "unknown-action"
  | "unknown-remediation"
  | "preview-is-gone"
  | "changed-since-preview"
  | "over-budget"
  | "not-read-in-time";

export function clickRefusalSentence(refusal: ClickRefusal): string {
  switch (refusal) {
    case "not-a-responder":
      return notAResponder("do that");
    case "without-a-role":
      return "Only responders and approvers can look numbers up, as Twilio charges for it. You have no role, so nothing was asked.";
    case "unknown-action":
      return "This button belongs to another version of Tollgate, so nothing was changed. Use the newest card.";
    case "unknown-remediation":
      return "This version of Tollgate does not know that remediation, so nothing was changed.";
    case "preview-is-gone":
      return "What this dialog showed is too old. Close it and open it again from the incident's card.";
    case "changed-since-preview":
      return "The account has changed since this dialog was opened. Close it and open it again to see what is true now.";
    case "not-read-in-time":
      return "Tollgate could not read this in time. Press again in a moment.";
    case "over-budget":
      return "Tollgate could not make sure in time that this was stored. Look at the card in a moment, and try again if nothing changed there.";
    default:
      return unreachable(refusal);
  }
}

function notAResponder(what: string): string {
  return `Only responders can ${what}. Your role does not allow it, so nothing was changed.`;
}

function whoCan({ approval, names, possibleApprovers }: ApprovalRefusalView): string {
  const done = approval.status === "pending" ? approval.approvedBy : [];
  const able = namesOf(
    names,
    possibleApprovers.filter((person) => !done.includes(person)),
  );
  return able.length === 0 ? "Nobody on the roster can at the moment." : `${sentenceList(able)} can.`;
}

function ago(atMs: number, nowMs: number): string {
  return nowMs - atMs < 1000 ? "just now" : `${span(nowMs - atMs)} ago`;
}
