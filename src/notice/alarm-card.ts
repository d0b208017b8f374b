import { threatTitle } from "../detection/threats.ts";
import type { LiveIncident } from "../incident/contract.ts";
import type { Card } from "./card.ts";
import { alarmSubject, incidentSubject } from "./subjects.ts";
import { accountName, type IncidentView } from "./views.ts";

/**
 * Calls the responders to an incident that they know already: it came back, it became critical, or a silence kept that from them
 * and is over. Null once it is resolved.
 */
export function alarmCard(view: IncidentView, sinceMs: number): Card | null {
  const { incident, responders } = view;
  if (incident.status === "resolved") return null;
  const what = `${threatTitle(incident.alert.threat)} on ${accountName(view.account)}`;
  const why = whyWords(incident, sinceMs);
  return {
    subject: alarmSubject(incident.id, sinceMs),
    heading: what,
    elements: [
      responders.length === 0
        ? { kind: "text", text: [why, " Nobody on the roster is a responder, so nobody was called."] }
        : { kind: "mention", people: responders, text: why },
      { kind: "text", text: [incident.alert.summary] },
      { kind: "link", label: "Open the incident", subject: incidentSubject(incident.id) },
    ],
    buttons: [],
    overflow: [],
    note: null,
    fallback: `${what}: ${why}`,
    tone: "alarm",
  };
}

function whyWords(incident: LiveIncident, sinceMs: number): string {
  if (incident.alarm?.why === "silence-over" && incident.alarm.atMs === sinceMs) {
    return incident.status === "open"
      ? "The silence is over, and nobody has acknowledged this."
      : "The silence is over. Nobody was called while it lasted, and this is not resolved.";
  }
  if (incident.alarm?.why === "active-again" && incident.alarm.atMs === sinceMs) {
    return "The account is active again, and Tollgate did not reactivate it. This incident is open again.";
  }
  return incident.reopenedAtMs === sinceMs ? "It is back, and this incident is open again." : "It became critical.";
}
