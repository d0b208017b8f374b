import type { Alert } from "../detection/contract.ts";
import { accept, type Decision, refuse, unreachable } from "../lib/decision.ts";
import type {
  Incident,
  IncidentCommand,
  IncidentEvent,
  IncidentRefusal,
  LiveIncident,
  NoticeReason,
  UnresolvedIncident,
} from "./contract.ts";
import { growth, surest } from "./growth.ts";
import { isSnoozed } from "./reminders.ts";
import { unsilence } from "./unsilence.ts";

export interface IncidentSettings {
  /**
   * A threat that comes back this soon after somebody resolved it is the same attack: the incident reopens, with its history.
   * Later it is a new one, so that an old incident does not collect every attack on an account for ever.
   */
  readonly reopenWithinMs: number;
  /** Milliseconds until people are reminded of what nobody acknowledged; 0: never. */
  readonly remindAfterMs: number;
}

/** What was spent before the containment may be counted this much later: https://www.twilio.com/docs/usage/api/usage-record */
const USAGE_LAGS_MS = 15 * 60_000;

export function decideIncident(
  state: Incident,
  command: IncidentCommand,
  nowMs: number,
  settings: IncidentSettings,
): Decision<IncidentEvent, IncidentRefusal> {
  if (command.type === "raise") return raise(state, command.id, command.alert, nowMs, settings);
  if (state.status === "none") return refuse("unknown-incident");
  switch (command.type) {
    case "confirm":
      return state.status === "resolved" ||
        !saysSomethingNew(
          state,
          command.observation.destinations.map((d) => d.country),
        )
        ? accept()
        : accept({ type: "incident-confirmed", observation: command.observation, atMs: nowMs });
    case "doubt":
      return state.confirmation === "reported" && state.status !== "resolved"
        ? accept({ type: "incident-unconfirmed", reason: command.reason, atMs: nowMs })
        : accept();
    case "acknowledge":
      if (state.status === "resolved") return refuse("already-resolved");
      if (state.status === "contained") return refuse("already-contained");
      if (state.status === "acknowledged") return refuse("already-acknowledged");
      return accept({ type: "incident-acknowledged", by: command.by, atMs: nowMs });
    case "contain":
      if (state.status === "resolved") return refuse("already-resolved");
      if (state.status === "contained") return refuse("already-contained");
      return accept({ type: "incident-contained", runId: command.runId, atMs: nowMs });
    case "release":
      return state.status === "contained" && state.containedBy === command.runId
        ? accept({ type: "incident-released", runId: command.runId, atMs: nowMs })
        : refuse("not-contained-by-this-run");
    case "find-active":
      return state.status === "contained"
        ? accept({ type: "incident-reopened", alert: state.alert, by: null, isActiveAgain: true, atMs: nowMs })
        : refuse("not-contained");
    case "resolve":
      return state.status === "resolved"
        ? refuse("already-resolved")
        : accept({
            type: "incident-resolved",
            by: command.by,
            cause: command.cause,
            note: command.note,
            atMs: nowMs,
          });
    case "assign":
      if (state.status === "resolved") return refuse("already-resolved");
      return state.assignee === command.to
        ? refuse("already-assigned")
        : accept({ type: "incident-assigned", by: command.by, to: command.to, atMs: nowMs });
    case "snooze":
      if (state.status === "resolved") return refuse("already-resolved");
      return command.untilMs <= nowMs
        ? refuse("snooze-in-the-past")
        : accept({ type: "incident-snoozed", by: command.by, untilMs: command.untilMs, atMs: nowMs });
    case "wake":
      if (state.status === "resolved") return refuse("already-resolved");
      return isSnoozed(state, nowMs)
        ? accept({ type: "incident-woken", by: command.by, atMs: nowMs })
        : refuse("not-snoozed");
    case "reopen":
      if (state.status !== "resolved") return refuse("not-resolved");
      // What comes of its threat goes to the other incident: two cards about one attack would each tell half of it.
      return state.mergedInto !== null
        ? refuse("merged-away")
        : accept({ type: "incident-reopened", alert: state.alert, by: command.by, atMs: nowMs });
    case "merge":
      if (command.into === state.id) return refuse("merge-with-itself");
      return state.status === "resolved"
        ? refuse("already-resolved")
        : accept({ type: "incident-merged", by: command.by, into: command.into, atMs: nowMs });
    case "take-in":
      if (command.from === state.id) return refuse("merge-with-itself");
      if (state.status === "resolved") return refuse("already-resolved");
      return takeIn(state, command, nowMs);
    case "pass-on":
      return passOn(state, command.alert, nowMs, settings);
    case "absorb":
      return state.status === "resolved" ? refuse("already-resolved") : absorb(state, command.alert, nowMs);
    case "unsilence":
      return state.status === "resolved" ? accept() : unsilence(state, command, nowMs);
    default:
      return unreachable(command);
  }
}

function raise(
  state: Incident,
  id: LiveIncident["id"],
  alert: Alert,
  nowMs: number,
  settings: IncidentSettings,
): Decision<IncidentEvent, IncidentRefusal> {
  if (state.status === "none") return accept({ type: "incident-opened", id, alert, atMs: nowMs });
  if (state.status === "resolved") {
    // Detection looks back an hour: what it saw before the incident was resolved is not a new attack.
    if (alert.lastSignalAtMs <= state.resolvedAtMs) return accept();
    if (nowMs - state.resolvedAtMs > settings.reopenWithinMs) return refuse("cooled-down");
    return accept({ type: "incident-reopened", alert, by: null, atMs: nowMs });
  }
  return hear(state, alert, alert, nowMs);
}

/** The merge is two decisions, one on each: repeated after a crash between them, this one is no news. */
function takeIn(
  state: UnresolvedIncident,
  { by, from, alert }: Extract<IncidentCommand, { readonly type: "take-in" }>,
  nowMs: number,
): Decision<IncidentEvent, IncidentRefusal> {
  const heard = absorb(state, alert, nowMs);
  if (!heard.accepted || state.merged.includes(from)) return heard;
  return accept({ type: "incident-took-in", by, from, atMs: nowMs }, ...heard.events);
}

/** An attack that begins anew is not what somebody merged days ago: nobody would hear of it in an incident that was looked at long since. */
function passOn(
  state: LiveIncident,
  alert: Alert,
  nowMs: number,
  { reopenWithinMs }: IncidentSettings,
): Decision<IncidentEvent, IncidentRefusal> {
  if (state.status !== "resolved" || state.mergedInto === null) return refuse("not-merged");
  const quietMs = alert.lastSignalAtMs - state.heardAtMs;
  const goesOnWithinMs = Math.max(reopenWithinMs, USAGE_LAGS_MS);
  if (quietMs > goesOnWithinMs) return refuse("cooled-down");
  return quietMs > goesOnWithinMs / 2
    ? accept({ type: "incident-passed-on", alert, into: state.mergedInto, atMs: nowMs })
    : accept();
}

/** An alert of another dedup key, for an incident that took that one in: heard like one of its own, but it stays what it is. */
function absorb(state: UnresolvedIncident, alert: Alert, nowMs: number): Decision<IncidentEvent, IncidentRefusal> {
  return hear(state, alert, blended(state.alert, alert), nowMs);
}

/** `heard` is what came; `kept` is what the incident is about from then on. */
function hear(
  state: UnresolvedIncident,
  heard: Alert,
  kept: Alert,
  nowMs: number,
): Decision<IncidentEvent, IncidentRefusal> {
  // Contained, and it goes on: somebody reactivated the account, or it was never stopped. That must page people again.
  if (state.status === "contained" && heard.lastSignalAtMs > state.containedAtMs + USAGE_LAGS_MS) {
    return accept({ type: "incident-reopened", alert: kept, by: null, ...foreign(state, heard), atMs: nowMs });
  }
  const reason = noticeReason(state, heard, kept);
  if (reason === "none") return accept();
  // A milder alert that brings a new country does not make it milder: it would be critical for a second time, and page again.
  const severity = state.alert.severity === "critical" ? "critical" : kept.severity;
  const alert: Alert = { ...kept, severity, ...surest(state.alert, kept) };
  return accept({ type: "incident-escalated", alert, reason, ...foreign(state, heard), atMs: nowMs });
}

/** The threat of an alert of another incident: people are called for that, so a silence must be over that. */
function foreign(state: UnresolvedIncident, { threat }: Alert): { readonly threat?: Alert["threat"] } {
  return threat === state.alert.threat ? {} : { threat };
}

/**
 * What an incident is about once it has absorbed an alert of another one of its account. Its threat, dedup key and category stay:
 * its stream is found by them, and its account is read by them. What happened is told as it was reported.
 */
function blended(own: Alert, other: Alert): Alert {
  return {
    ...own,
    severity: other.severity,
    summary: other.summary,
    evidence: other.evidence,
    lastSignalAtMs: Math.max(own.lastSignalAtMs, other.lastSignalAtMs),
    countries: [...new Set([...own.countries, ...other.countries])],
  };
}

/** Why a further alert of a live incident is worth a line in its history: it became critical, reached another country, or grew. */
function noticeReason(state: LiveIncident, heard: Alert, kept: Alert): NoticeReason {
  if (heard.severity === "critical" && state.alert.severity !== "critical") return "escalated";
  if (heard.countries.some((country) => !state.countries.includes(country))) return "new-country";
  return growth(state.alert, kept) ?? "none";
}

/** The first reading confirms; a later one is an event only when the traffic reached another country. Money and counts are read, not recorded. */
function saysSomethingNew(state: LiveIncident, countries: readonly string[]): boolean {
  return state.confirmation !== "confirmed" || countries.some((country) => !state.countries.includes(country));
}
