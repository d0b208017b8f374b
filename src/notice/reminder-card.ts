import type { Card, Element, Rich } from "./card.ts";
import { incidentHeading, severityWord, threatWords } from "./incident-words.ts";
import { readRate } from "./rate.ts";
import { incidentSubject, reminderSubject } from "./subjects.ts";
import { accountName, type IncidentView } from "./views.ts";
import { money, rateWords, roundMoney, span } from "./words.ts";

const HOUR_MS = 3_600_000;

/**
 * Calls again while nobody has acknowledged, and at the end of a snooze: at first the assignee alone, if there is one, then every
 * responder, since the assignee did not come. A message of its own, since an edit calls nobody.
 */
export function reminderCard(view: IncidentView, dueAtMs: number, isFirst: boolean): Card {
  const { incident, account } = view;
  const waitedMs = Math.max(0, dueAtMs - (incident.reopenedAtMs ?? incident.openedAtMs));
  const isOpen = incident.status === "open";
  const waited = isOpen
    ? `Nobody has acknowledged this for ${span(waitedMs)}.`
    : `The snooze is over, and this is still not resolved after ${span(waitedMs)}.`;
  const what = `${threatWords(incident.alert.threat)} on ${accountName(account)}`;
  return {
    subject: reminderSubject(incident.id, dueAtMs),
    heading: incidentHeading(view),
    elements: [
      call(view, waited, isFirst),
      ...moneyElements(view, waitedMs),
      { kind: "link", label: "Open the incident", subject: incidentSubject(incident.id) },
    ],
    buttons: [],
    overflow: [],
    note: `Reminder of incident ${incident.id}. ${isOpen ? "Acknowledge it to stop these, or snooze it." : "Resolve it, or snooze it again."}`,
    fallback: `${severityWord(incident.alert.severity)}: ${what}. ${waited}${burning(view)}`,
    tone: incident.alert.severity === "critical" ? "alarm" : "attention",
  };
}

function call({ incident, responders }: IncidentView, text: string, isFirst: boolean): Element {
  // Somebody who left the roster cannot be called, and would not come.
  const assignee = responders.filter((responder) => responder === incident.assignee);
  const people = isFirst && assignee.length > 0 ? assignee : responders;
  return people.length === 0
    ? { kind: "text", text: [text, " Nobody on the roster is a responder, so nobody was called."] }
    : { kind: "mention", people, text };
}

/** Why it matters to look now. What the wait has cost is reckoned from the rate, since Twilio counts by whole days: hence "about". */
function moneyElements({ observation }: IncidentView, waitedMs: number): readonly Element[] {
  if (observation === null) return [];
  const { spendTodayUsd, atMs } = observation;
  const rate = readRate(observation);
  const parts: Rich[] = [];
  if (rate !== null) {
    const since = `About ${roundMoney((rate.usd * waitedMs) / HOUR_MS)}${rate.isAtLeast ? " or more" : ""} since then`;
    parts.push([{ bold: since }, ` (${rateWords(rate)}). `]);
  }
  if (spendTodayUsd !== null) parts.push([`Spent today: ${money(spendTodayUsd)}. `]);
  return parts.length === 0 ? [] : [{ kind: "text", text: [...parts.flat(), "Read ", { atMs }, "."] }];
}

function burning({ observation }: IncidentView): string {
  const rate = readRate(observation);
  return rate === null ? "" : ` It burns ${rateWords(rate)}.`;
}
