/** The facts on an incident card: who, what, how much, whereto, since when, in whose hands. */
import type { Observation } from "../detection/contract.ts";
import type { LiveIncident } from "../incident/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { CardFact, Rich } from "./card.ts";
import { type AccountView, accountName, actorName, type IncidentView } from "./views.ts";
import { againstUsual, count, counted, countryName, money, roundMoney } from "./words.ts";

const TOP_DESTINATIONS = 4;

export function incidentFacts(view: IncidentView): readonly CardFact[] {
  const { incident, account, observation } = view;
  return [
    { label: "Account", value: accountValue(account) },
    { label: "What happened", value: [incident.alert.summary] },
    ...moneyFacts(incident, observation),
    ...trafficFacts(incident, observation),
    {
      label: "Since",
      value: [{ atMs: incident.alert.firstSignalAtMs }, ` (${counted(view.signalCount, "signal")} from Twilio)`],
    },
    { label: "In the hands of", value: ownerValue(incident) },
  ];
}

function accountValue(account: AccountView): Rich {
  if (!("status" in account)) return [account.sid];
  const kind = account.isParent ? ", the main account" : "";
  const status = account.status === "active" ? "" : `, ${account.status}`;
  return [{ bold: accountName(account) }, `${kind}${status}`];
}

/** Money is asked about only where usage is: an error burst has none. */
function moneyFacts(incident: LiveIncident, observation: Observation | null): readonly CardFact[] {
  if (incident.alert.category === null && observation === null) return [];
  if (observation === null) return [{ label: "Money", value: ["not read yet"] }];
  const { burnPerHourUsd, spendTodayUsd, usualDayUsd } = observation;
  const burn: Rich =
    burnPerHourUsd === null
      ? ["not known until two readings can be compared"]
      : [{ bold: `${roundMoney(burnPerHourUsd)} an hour` }];
  return [
    { label: burnLabel(observation, incident), value: burn },
    {
      label: "Spent today",
      value: [spendTodayUsd === null ? "Twilio gave no price yet" : spendWords(spendTodayUsd, usualDayUsd)],
    },
  ];
}

/** Once somebody has stopped it, the rate still reaches back to before: to call it "now" would frighten for nothing. */
function burnLabel({ atMs }: Observation, incident: LiveIncident): string {
  switch (incident.status) {
    case "open":
    case "acknowledged":
      return "Burning now";
    case "contained":
      return atMs <= incident.containedAtMs ? "Was burning" : "Burning, mean of 10 minutes";
    case "resolved":
      return atMs <= incident.resolvedAtMs ? "Was burning" : "Burning, mean of 10 minutes";
    default:
      return unreachable(incident);
  }
}

function spendWords(todayUsd: number, usualDayUsd: number | null): string {
  if (usualDayUsd === null) return money(todayUsd);
  return `${money(todayUsd)}, ${againstUsual(todayUsd, usualDayUsd)} (${money(usualDayUsd)})`;
}

function trafficFacts(incident: LiveIncident, observation: Observation | null): readonly CardFact[] {
  const facts: CardFact[] = [];
  if (observation !== null && observation.liveCalls !== null) {
    facts.push({ label: "Live calls", value: [count(observation.liveCalls)] });
  }
  const where = destinationWords(observation) ?? knownCountries(incident);
  if (where !== null) facts.push({ label: "Where it goes", value: [where] });
  return facts;
}

function destinationWords(observation: Observation | null): string | null {
  if (observation === null || observation.destinations.length === 0) return null;
  const shown = observation.destinations.slice(0, TOP_DESTINATIONS);
  const more = observation.destinations.length - shown.length;
  const words = shown.map(
    ({ country, calls, isAllowed }) =>
      `${countryName(country)} ${counted(calls, "call")}${isAllowed ? "" : " (not on your list)"}`,
  );
  return words.join(", ") + (more > 0 ? ` and ${counted(more, "more country", "more countries")}` : "");
}

function knownCountries(incident: LiveIncident): string | null {
  return incident.countries.length === 0
    ? null
    : incident.countries.slice(0, TOP_DESTINATIONS).map(countryName).join(", ");
}

function ownerValue(incident: LiveIncident): Rich {
  switch (incident.status) {
    case "open":
      return ["nobody yet"];
    case "acknowledged":
      return [`${actorName(incident.acknowledgedBy)}, since `, { atMs: incident.acknowledgedAtMs }];
    case "contained":
    case "resolved":
      return [incident.acknowledgedBy === null ? "nobody acknowledged it" : actorName(incident.acknowledgedBy)];
    default:
      return unreachable(incident);
  }
}
