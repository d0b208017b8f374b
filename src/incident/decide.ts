import type { Alert } from "../detection/contract.ts";
import { accept, type Decision, refuse, unreachable } from "../lib/decision.ts";
import type {
  Incident,
  IncidentCommand,
  IncidentEvent,
  IncidentRefusal,
  LiveIncident,
  NoticeReason,
} from "./contract.ts";

export interface IncidentSettings {
  /**
   * A threat that comes back this soon after somebody resolved it is the same attack: the incident reopens, with its history.
   * Later it is a new one, so that an old incident does not collect every attack on an account for ever.
   */
  readonly reopenWithinMs: number;
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
    case "resolve":
      return state.status === "resolved"
        ? refuse("already-resolved")
        : accept({ type: "incident-resolved", by: command.by, atMs: nowMs });
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
    return accept({ type: "incident-reopened", alert, atMs: nowMs });
  }
  // Contained, and it goes on: somebody reactivated the account, or it was never stopped. That must page people again.
  if (state.status === "contained" && alert.lastSignalAtMs > state.containedAtMs + USAGE_LAGS_MS) {
    return accept({ type: "incident-reopened", alert, atMs: nowMs });
  }
  const reason = noticeReason(state, alert);
  return reason === "none" ? accept() : accept({ type: "incident-escalated", alert, reason, atMs: nowMs });
}

/** Why a further alert of a live incident is worth a line in its history: it became critical, or it reached another country. */
function noticeReason(state: LiveIncident, alert: Alert): NoticeReason {
  if (alert.severity === "critical" && state.alert.severity !== "critical") return "escalated";
  if (alert.countries.some((country) => !state.countries.includes(country))) return "new-country";
  return "none";
}

/** The first reading confirms; a later one is an event only when the traffic reached another country. Money and counts are read, not recorded. */
function saysSomethingNew(state: LiveIncident, countries: readonly string[]): boolean {
  return state.confirmation !== "confirmed" || countries.some((country) => !state.countries.includes(country));
}
