import type { ResolvedIncident } from "../incident/contract.ts";
import type { IncidentId } from "../lib/id.ts";
import type { Button, Card, Element } from "./card.ts";
import { type IncidentButtons, incidentButtons, MAX_OVERFLOW } from "./incident-buttons.ts";
import { incidentFacts } from "./incident-facts.ts";
import { incidentLines } from "./incident-lines.ts";
import { incidentFallback, incidentHeading, statusLine } from "./incident-words.ts";
import { proposalElement } from "./proposal-words.ts";
import { blockedSentences } from "./remediation-offers.ts";
import { remainingLists, runTimeline } from "./run-lines.ts";
import { approvalSubject, incidentSubject } from "./subjects.ts";
import { type IncidentView, nameOf, type PendingView } from "./views.ts";
import { sentence, span } from "./words.ts";

/** Below this a card counts as current. */
const LAG_WORTH_SAYING_MS = 5_000;

/**
 * The living card of one incident, from the latest state. Read from the top on a phone: who is called and where it stands, what
 * keeps others from being called, the facts, what was done and what waits. All else is in the thread.
 */
export function incidentCard(given: IncidentView, nowMs: number): Card {
  const view = current(given, nowMs);
  return {
    ...base(view),
    elements: [...mention(view), ...body(view, nowMs)],
    ...incidentButtons(view, nowMs),
  };
}

/** The same for one person who asked for it: it calls nobody, and a resolved incident can be gone on with. */
export function showCard(given: IncidentView, nowMs: number): Card {
  const view = current(given, nowMs);
  const { incident } = view;
  return {
    ...base(view),
    subject: `answer-${incidentSubject(incident.id)}`,
    elements: [
      ...body(view, nowMs),
      { kind: "link", label: "Open the incident", subject: incidentSubject(incident.id) },
    ],
    ...(incident.status === "resolved" ? resolvedButtons(incident) : withReport(view, nowMs)),
  };
}

/** A request whose time is over waits for nothing, even before its expiry is recorded. */
function current(view: IncidentView, nowMs: number): IncidentView {
  return { ...view, pending: view.pending.filter(({ expiresAtMs }) => expiresAtMs > nowMs) };
}

function base(view: IncidentView) {
  const { incident } = view;
  return {
    subject: incidentSubject(incident.id),
    heading: incidentHeading(view),
    note: noteOf(view),
    fallback: incidentFallback(view),
    tone: toneOf(view),
  };
}

function body(view: IncidentView, nowMs: number): readonly Element[] {
  const { incident } = view;
  const timeline = runTimeline(view.runs, view.names);
  const into = incident.status === "resolved" ? incident.mergedInto : null;
  return [
    { kind: "text", text: statusLine(view) },
    ...(into === null
      ? []
      : [{ kind: "link", label: `Open incident ${into}`, subject: incidentSubject(into) } satisfies Element]),
    ...incidentLines(view, nowMs),
    { kind: "facts", facts: incidentFacts(view) },
    ...view.charts.card,
    ...(timeline === null ? [] : [timeline]),
    ...remainingLists(view.runs),
    ...view.pending.flatMap((pending) => waiting(pending, view)),
    ...(view.proposal === null ? [] : [proposalElement(view.proposal)]),
    ...blockedSentences(view).map((text): Element => ({ kind: "text", text: [sentence(text)] })),
  ];
}

function resolvedButtons({ id, mergedInto }: ResolvedIncident): IncidentButtons {
  const reopen: Button = {
    label: "Reopen",
    press: { action: "reopen", incidentId: id },
    style: "plain",
    confirm: null,
  };
  // What was merged goes on in the other one: open a second time, both would be worked on.
  return { buttons: [...(mergedInto === null ? [reopen] : []), reportButton(id)], overflow: [] };
}

function withReport(view: IncidentView, nowMs: number): IncidentButtons {
  const { buttons, overflow } = incidentButtons(view, nowMs);
  const hasRoom = overflow.length < MAX_OVERFLOW;
  return { buttons, overflow: hasRoom ? [...overflow, reportButton(view.incident.id)] : overflow };
}

function reportButton(incidentId: IncidentId): Button {
  return { label: "Write report", press: { action: "report", incidentId }, style: "plain", confirm: null };
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
