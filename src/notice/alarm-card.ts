import { threatTitle } from "../detection/threats.ts";
import type { Alarm, LiveIncident } from "../incident/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { Card } from "./card.ts";
import { alarmSubject, incidentSubject } from "./subjects.ts";
import { accountName, type IncidentView } from "./views.ts";

/**
 * Calls the responders to an incident that they know already: it came back, it became critical, or a silence kept that from them
 * and is over. Null once it is resolved, and when another alarm came after it, or a person who reopened it: what was posted stays.
 */
export function alarmCard(view: IncidentView, sinceMs: number): Card | null {
  const { incident, responders } = view;
  if (incident.status === "resolved" || incident.alarm?.atMs !== sinceMs) return null;
  const what = `${threatTitle(incident.alert.threat)} on ${accountName(view.account)}`;
  const why = whyWords(incident, incident.alarm);
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

function whyWords({ status }: LiveIncident, { why }: Alarm): string {
  switch (why) {
    case "came-back":
      return "It is back, and this incident is open again.";
    case "active-again":
      return "The account is active again, and Tollgate did not reactivate it. This incident is open again.";
    case "became-critical":
      return "It became critical.";
    case "silence-over":
      return status === "open"
        ? "The silence is over, and nobody has acknowledged this."
        : "The silence is over. Nobody was called while it lasted, and this is not resolved.";
    default:
      return unreachable(why);
  }
}
