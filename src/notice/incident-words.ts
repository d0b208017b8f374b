/** An incident in a person's words. */
import type { Observation } from "../detection/contract.ts";
import { threatTitle } from "../detection/threats.ts";
import type { LiveIncident } from "../incident/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { Rich } from "./card.ts";
import { accountName, actorName, type IncidentSummary, type IncidentView } from "./views.ts";
import { countryName, roundMoney, sentence } from "./words.ts";

/** `Toll fraud suspected`: what it is about is said on the card. A name that says nothing without its end is kept whole. */
function threatWords(threat: string): string {
  const title = threatTitle(threat);
  const [first, rest] = title.split(": ");
  return first !== undefined && rest !== undefined && first.endsWith("suspected") ? first : title;
}

/** One of several, to tell it from the others: `Incident 9 · Toll fraud suspected · Acme Voice EU`. */
export function incidentName({ id, threat, account }: IncidentSummary): string {
  return `Incident ${id} · ${threatWords(threat)} · ${accountName(account)}`;
}

/** What tells how urgent it is: `Critical, acknowledged, 212 USD an hour`. */
export function summaryLine({ severity, status, burnPerHourUsd, spendTodayUsd }: IncidentSummary): string {
  return [severity === "critical" ? "Critical" : "Warning", status, summaryMoney(burnPerHourUsd, spendTodayUsd)].join(
    ", ",
  );
}

function summaryMoney(burnPerHourUsd: number | null, spendTodayUsd: number | null): string {
  if (burnPerHourUsd !== null) return `${roundMoney(burnPerHourUsd)} an hour`;
  return spendTodayUsd === null ? "money not known" : `${roundMoney(spendTodayUsd)} today`;
}

export function incidentHeading({ incident, account }: Pick<IncidentView, "incident" | "account">): string {
  const state = { open: "", acknowledged: "", contained: "CONTAINED", resolved: "RESOLVED" }[incident.status];
  const first = state === "" ? incident.alert.severity.toUpperCase() : state;
  return `${first} · ${threatWords(incident.alert.threat)} · ${accountName(account)}`;
}

/** Where the incident stands, then how sure Tollgate is. */
export function statusLine({ incident, observation, unconfirmedReason }: IncidentView): Rich {
  return [...stateWords(incident), ...confirmationWords(incident, observation, unconfirmedReason)];
}

function stateWords(incident: LiveIncident): Rich {
  switch (incident.status) {
    case "open":
      return incident.reopenedAtMs === null ? [] : [{ bold: "Reopened" }, " ", { atMs: incident.reopenedAtMs }, ". "];
    case "acknowledged":
      return [];
    case "contained":
      return [{ bold: "Contained" }, " ", { atMs: incident.containedAtMs }, ". "];
    case "resolved":
      return [{ bold: "Resolved" }, ` by ${actorName(incident.resolvedBy)} `, { atMs: incident.resolvedAtMs }, ". "];
    default:
      return unreachable(incident);
  }
}

function confirmationWords(incident: LiveIncident, observation: Observation | null, reason: string | null): Rich {
  // Some alerts are about something that no usage record could confirm: saying "confirmed" of them would claim a reading.
  if (incident.alert.category === null) return [{ bold: "Reported by Twilio." }];
  switch (incident.confirmation) {
    case "reported":
      return [{ bold: "Reported by Twilio, confirming…" }];
    case "confirmed":
      return observation === null
        ? [{ bold: "Confirmed" }, " by Twilio's records."]
        : [{ bold: "Confirmed" }, " by Twilio's records, read ", { atMs: observation.atMs }, "."];
    case "unconfirmed":
      return [
        { bold: "Not confirmed" },
        `: ${sentence(reason ?? "Twilio's records do not show it yet")} Usage data lags, so it may still be true.`,
      ];
    default:
      return unreachable(incident.confirmation);
  }
}

/** One line for a phone: what, where, how much, whereto. */
export function incidentFallback(view: IncidentView): string {
  const { incident, account, observation } = view;
  const what = `${threatWords(incident.alert.threat)} on ${accountName(account)}`;
  switch (incident.status) {
    case "open":
    case "acknowledged":
      return `${what}${burnWords(incident, observation)}. Open the card.`;
    case "contained":
      return `Contained: ${what}.`;
    case "resolved":
      return `Resolved by ${actorName(incident.resolvedBy)}: ${what}.`;
    default:
      return unreachable(incident);
  }
}

function burnWords(incident: LiveIncident, observation: Observation | null): string {
  const country = observation?.destinations.find(({ isAllowed }) => !isAllowed)?.country ?? incident.alert.countries[0];
  const whereto = country === undefined ? "" : ` to ${countryName(country)}`;
  const burn = observation?.burnPerHourUsd ?? null;
  if (burn !== null) return `: ${roundMoney(burn)} an hour${whereto}`;
  const spend = observation?.spendTodayUsd ?? null;
  if (spend !== null) return `: ${roundMoney(spend)} today${whereto}`;
  return whereto === "" ? "" : `: traffic${whereto}`;
}
