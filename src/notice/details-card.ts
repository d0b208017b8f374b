import type { Alert, Observation } from "../detection/contract.ts";
import { threatTitle } from "../detection/threats.ts";
import type { Card, CardFact, Element } from "./card.ts";
import { sampleWords } from "./number-words.ts";
import { signalElements } from "./signal-lines.ts";
import { detailsSubject } from "./subjects.ts";
import { accountName, type IncidentView } from "./views.ts";
import { atLeast, count, counted, countryName, money, sentence, trafficNoun } from "./words.ts";

const MAX_DESTINATIONS = 20;

/** In the incident's thread: the evidence, for those who want to know why Tollgate thinks so. */
export function detailsCard(view: IncidentView): Card {
  const { incident, observation } = view;
  const { alert } = incident;
  const title = `${threatTitle(alert.threat)} on ${accountName(view.account)}`;
  return {
    subject: detailsSubject(incident.id),
    heading: "Evidence",
    elements: [
      { kind: "text", text: [sentence(alert.summary)] },
      {
        kind: "facts",
        facts: [
          ...alert.evidence.map(({ label, value }): CardFact => ({ label, value: [value] })),
          ...riskFacts(alert),
          { label: "First signal", value: [{ atMs: alert.firstSignalAtMs }] },
          { label: "Last signal", value: [{ atMs: alert.lastSignalAtMs }] },
        ],
      },
      ...signalElements(view),
      ...(observation === null ? [] : reading(observation)),
      ...view.charts.details,
    ],
    buttons: [],
    overflow: [],
    note: `Incident ${incident.id}. Phone numbers are left out of channels.`,
    fallback: `Evidence: ${title}.`,
    tone: "calm",
  };
}

/** What the alert itself said of money and numbers. */
function riskFacts({ money: risk, affectedNumbers, confidence }: Alert): readonly CardFact[] {
  return [
    ...(confidence === undefined ? [] : [{ label: "Confidence", value: [confidence] }]),
    ...(risk === undefined
      ? []
      : [{ label: "Above normal today", value: [`${atLeast(risk.isAtLeast)}${money(risk.lostTodayUsd)}`] }]),
    ...(risk === undefined || risk.perHourUsd === null
      ? []
      : [{ label: "Above normal an hour", value: [`${atLeast(risk.isAtLeast)}${money(risk.perHourUsd)}`] }]),
    ...(affectedNumbers === undefined ? [] : [{ label: "Different numbers", value: [count(affectedNumbers)] }]),
  ];
}

function reading(observation: Observation): readonly Element[] {
  const { spendTodayUsd, usualDayUsd, unitsToday, destinations, missing, category, atMs } = observation;
  const facts: CardFact[] = [
    { label: "Category", value: [category] },
    { label: "Spent today", value: [spendTodayUsd === null ? "no price yet" : money(spendTodayUsd)] },
    { label: "Usual day", value: [usualDayUsd === null ? "not known" : money(usualDayUsd)] },
  ];
  if (unitsToday !== null) facts.push({ label: "Amount today", value: [count(unitsToday)] });
  if (observation.sample !== undefined)
    facts.push({ label: "Sample of its numbers", value: [sampleWords(observation.sample)] });
  const elements: Element[] = [
    { kind: "text", text: [{ bold: "Read from Twilio" }, " ", { atMs }] },
    { kind: "facts", facts },
  ];
  if (destinations.length > 0) {
    const least = atLeast(observation.trafficIsCut);
    const shown = destinations.slice(0, MAX_DESTINATIONS);
    const items = shown.map(
      ({ country, calls, isAllowed }) =>
        `${countryName(country)}: ${least}${counted(calls, trafficNoun(observation))}${isAllowed ? "" : ", not on your list of countries"}`,
    );
    if (destinations.length > shown.length)
      items.push(`and ${counted(destinations.length - shown.length, "more country", "more countries")}`);
    elements.push({ kind: "list", title: `Where the newest ${trafficNoun(observation)}s go`, items });
  }
  if (missing.length > 0) elements.push({ kind: "list", title: "Could not be read", items: missing });
  return elements;
}
