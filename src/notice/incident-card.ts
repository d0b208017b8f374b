import type { Card, Element } from "./card.ts";
import { blockedSentences, incidentButtons } from "./incident-buttons.ts";
import { incidentFacts } from "./incident-facts.ts";
import { incidentFallback, incidentHeading, statusLine } from "./incident-words.ts";
import { remainingLists, runTimeline } from "./run-lines.ts";
import { approvalSubject, incidentSubject } from "./subjects.ts";
import { type IncidentView, nameOf, type PendingView } from "./views.ts";
import { sentence, span } from "./words.ts";

/** Below this a card counts as current. */
const LAG_WORTH_SAYING_MS = 5_000;

/** The living card of one incident: everything that the person on call needs to decide, from the latest state. */
export function incidentCard(given: IncidentView, nowMs: number): Card {
  // A request whose time is over waits for nothing, even before its expiry is recorded.
  const view = { ...given, pending: given.pending.filter(({ expiresAtMs }) => expiresAtMs > nowMs) };
  const { incident } = view;
  const timeline = runTimeline(view.runs, view.names);
  return {
    subject: incidentSubject(incident.id),
    heading: incidentHeading(view),
    elements: [
      ...mention(view),
      { kind: "text", text: statusLine(view) },
      { kind: "facts", facts: incidentFacts(view) },
      ...(timeline === null ? [] : [timeline]),
      ...remainingLists(view.runs),
      ...view.pending.flatMap((pending) => waiting(pending, view)),
      ...blockedSentences(view).map((text): Element => ({ kind: "text", text: [sentence(text)] })),
    ],
    ...incidentButtons(view),
    note: noteOf(view),
    fallback: incidentFallback(view),
    tone: toneOf(view),
  };
}

function mention({ mentionResponders, responders, incident }: IncidentView): readonly Element[] {
  if (!mentionResponders || incident.status === "resolved") return [];
  if (responders.length === 0)
    return [{ kind: "text", text: ["Nobody on the roster is a responder, so nobody was called."] }];
  return [{ kind: "mention", people: responders, text: "This needs one of you now." }];
}

/** The request has a message of its own, where it can be approved: the card names it and leads there. */
function waiting(pending: PendingView, view: IncidentView): readonly Element[] {
  const { approvalId, description, requester, expiresAtMs } = pending;
  return [
    {
      kind: "text",
      text: [
        { bold: "Waits for approval" },
        `: ${sentence(description)} Asked for by ${nameOf(view.names, requester)}. Expires `,
        { atMs: expiresAtMs },
        ".",
      ],
    },
    { kind: "link", label: `Open the request: ${description}`, subject: approvalSubject(approvalId) },
  ];
}

function noteOf({ incident, observation, lagMs }: IncidentView): string {
  // The SID is for who looks it up in the Console, not for reading.
  const parts = [`Incident ${incident.id} · ${incident.alert.accountSid}.`];
  if (observation !== null) parts.push("Usage data lags; money and calls are as of the last reading.");
  if (observation !== null && observation.missing.length > 0) {
    parts.push(`Could not be read: ${observation.missing.join(", ")}.`);
  }
  if (lagMs !== null && lagMs >= LAG_WORTH_SAYING_MS) {
    parts.push(`This card is ${span(lagMs)} behind, held up by the chat platform's limits.`);
  }
  return parts.join(" ");
}

function toneOf({ incident }: IncidentView): Card["tone"] {
  if (incident.status === "resolved") return "calm";
  if (incident.status === "contained") return "attention";
  return incident.alert.severity === "critical" ? "alarm" : "attention";
}
