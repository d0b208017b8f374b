import { threatTitle } from "../detection/threats.ts";
import type { Card } from "./card.ts";
import { alarmSubject, incidentSubject } from "./subjects.ts";
import { accountName, type IncidentView } from "./views.ts";

/** Calls the responders to an incident that they know already: it came back, or it became critical. Null once it is resolved. */
export function alarmCard(view: IncidentView, sinceMs: number): Card | null {
  const { incident, responders } = view;
  if (incident.status === "resolved") return null;
  const what = `${threatTitle(incident.alert.threat)} on ${accountName(view.account)}`;
  const why =
    incident.reopenedAtMs === sinceMs ? "It is back, and this incident is open again." : "It became critical.";
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
