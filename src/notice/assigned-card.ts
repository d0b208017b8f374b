import type { Card } from "./card.ts";
import { incidentHeading, severityWord, threatWords } from "./incident-words.ts";
import { assignedSubject, incidentSubject } from "./subjects.ts";
import { accountName, actorName, type IncidentView } from "./views.ts";

/**
 * Tells somebody that an incident was given to them, and by whom: an edit of the card calls nobody. Null when it is theirs no more,
 * was given to them at another moment, or they are no responder any more.
 */
export function assignedCard(view: IncidentView, atMs: number): Card | null {
  const { incident, account, responders } = view;
  const { assignee, assigned, alert } = incident;
  if (incident.status === "resolved" || assignee === null || assigned?.atMs !== atMs) return null;
  if (!responders.includes(assignee)) return null;
  const by = actorName(assigned.by);
  const yet = incident.status === "open" ? " Nobody has acknowledged it yet." : "";
  return {
    subject: assignedSubject(incident.id, atMs),
    heading: incidentHeading(view),
    elements: [
      { kind: "mention", people: [assignee], text: `${by} gave this incident to you.${yet}` },
      { kind: "link", label: "Open the incident", subject: incidentSubject(incident.id) },
    ],
    buttons: [],
    overflow: [],
    note: null,
    fallback: `${by} gave you incident ${incident.id}. ${severityWord(alert.severity)}: ${threatWords(alert.threat)} on ${accountName(account)}.`,
    tone: alert.severity === "critical" ? "alarm" : "attention",
  };
}
