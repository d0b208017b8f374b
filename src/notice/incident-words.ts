/** An incident in a person's words. */
import type { Confidence, Observation, Severity } from "../detection/contract.ts";
import { REPORTED_BY_PERSON, threatTitle } from "../detection/threats.ts";
import type { LiveIncident, ResolvedIncident } from "../incident/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { Rich } from "./card.ts";
import { causeWords } from "./cause-words.ts";
import { readRate, reportedRate } from "./rate.ts";
import { accountName, actorName, type IncidentSummary, type IncidentView } from "./views.ts";
import { countryName, type Rate, rateWords, roundMoney, sentence } from "./words.ts";

/** `Toll fraud suspected`: what it is about is said on the card. A name that says nothing without its end is kept whole. */
export function threatWords(threat: string): string {
  const title = threatTitle(threat);
  const [first, rest] = title.split(": ");
  return first !== undefined && rest !== undefined && first.endsWith("suspected") ? first : title;
}

/** One of several, to tell it from the others: `Incident 9 · Toll fraud suspected · Acme Voice EU`. */
export function incidentName({ id, threat, account }: IncidentSummary): string {
  return `Incident ${id} · ${threatWords(threat)} · ${accountName(account)}`;
}

/** What tells how urgent it is: `Critical, acknowledged, 212 USD an hour`. */
export function summaryLine({ severity, status, rate, spendTodayUsd }: IncidentSummary): string {
  return [severityWord(severity), status, summaryMoney(rate, spendTodayUsd)].join(", ");
}

export function severityWord(severity: Severity): string {
  return severity === "critical" ? "Critical" : "Warning";
}

function summaryMoney(rate: Rate | null, spendTodayUsd: number | null): string {
  if (rate !== null) return rateWords(rate);
  return spendTodayUsd === null ? "money not known" : `${roundMoney(spendTodayUsd)} today`;
}

export function incidentHeading({ incident, account }: Pick<IncidentView, "incident" | "account">): string {
  return `${headingWord(incident)} · ${threatWords(incident.alert.threat)} · ${accountName(account)}`;
}

function headingWord(incident: LiveIncident): string {
  switch (incident.status) {
    case "open":
    case "acknowledged":
      return incident.alert.severity.toUpperCase();
    case "contained":
      return "CONTAINED";
    case "resolved":
      return incident.mergedInto === null ? "RESOLVED" : "MERGED";
    default:
      return unreachable(incident);
  }
}

/** Where the incident stands, then how sure Tollgate is. */
export function statusLine(view: IncidentView): Rich {
  const { incident } = view;
  // Whether a reading confirmed it is no question any more.
  if (incident.status === "resolved") return resolvedWords(incident);
  const { confidence } = incident.alert;
  return [
    ...stateWords(incident),
    ...confirmationWords(view),
    ...(confidence === undefined ? [] : [` ${CONFIDENCE[confidence]}`]),
  ];
}

/** How sure detection is that it is no ordinary business. */
const CONFIDENCE: Readonly<Record<Confidence, string>> = {
  high: "Confidence: high.",
  medium: "Confidence: medium.",
  low: "Confidence: low, it may be ordinary business.",
};

function stateWords(incident: Exclude<LiveIncident, ResolvedIncident>): Rich {
  switch (incident.status) {
    case "open":
      return incident.reopenedAtMs === null ? [] : [{ bold: "Reopened" }, " ", { atMs: incident.reopenedAtMs }, ". "];
    case "acknowledged":
      return [];
    case "contained":
      return [{ bold: "Contained" }, " ", { atMs: incident.containedAtMs }, ". "];
    default:
      return unreachable(incident);
  }
}

function resolvedWords({ resolvedBy, resolvedAtMs, cause, note, mergedInto }: ResolvedIncident): Rich {
  const said = note === null ? "" : ` ${sentence(note)}`;
  const by = ` by ${actorName(resolvedBy)} `;
  return mergedInto === null
    ? [{ bold: "Resolved" }, by, { atMs: resolvedAtMs }, ": ", { bold: causeWords(cause) }, `.${said}`]
    : [{ bold: "Merged" }, by, { atMs: resolvedAtMs }, ` into incident ${mergedInto}. It goes on there.${said}`];
}

function confirmationWords({ incident, observation, unconfirmedReason: reason, signalCount }: IncidentView): Rich {
  if (incident.alert.threat === REPORTED_BY_PERSON) return reportedBy(incident);
  const source = signalCount === 0 ? "Seen in Twilio's records" : "Reported by Twilio";
  // Some alerts are about something that no usage record could confirm: saying "confirmed" of them would claim a reading.
  if (incident.alert.category === null) return [{ bold: `${source}.` }];
  switch (incident.confirmation) {
    case "reported":
      return [{ bold: `${source}, confirming…` }];
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

/** Who it was is the evidence. Twilio has said nothing that could be confirmed. */
function reportedBy({ alert }: LiveIncident): Rich {
  const who = alert.evidence.map(({ label, value }) => ` ${label}: ${value}.`).join("");
  return [{ bold: "Twilio has not reported it." }, who];
}

/** One line for a phone: how bad, what, where, how much, whereto. */
export function incidentFallback(view: IncidentView): string {
  const { incident, account, observation } = view;
  const what = `${threatWords(incident.alert.threat)} on ${accountName(account)}`;
  switch (incident.status) {
    case "open":
    case "acknowledged":
      return `${severityWord(incident.alert.severity)}: ${what}${burnWords(incident, observation)}. Open the card.`;
    case "contained":
      return `Contained: ${what}.`;
    case "resolved":
      return incident.mergedInto === null
        ? `Resolved by ${actorName(incident.resolvedBy)} (${causeWords(incident.cause)}): ${what}.`
        : `Merged into incident ${incident.mergedInto}: ${what}.`;
    default:
      return unreachable(incident);
  }
}

function burnWords(incident: LiveIncident, observation: Observation | null): string {
  const country = observation?.destinations.find(({ isAllowed }) => !isAllowed)?.country ?? incident.alert.countries[0];
  const whereto = country === undefined ? "" : ` to ${countryName(country)}`;
  const rate = readRate(observation) ?? reportedRate(incident.alert);
  if (rate !== null) return `, ${rateWords(rate)}${whereto}`;
  const spend = observation?.spendTodayUsd ?? null;
  if (spend !== null) return `, ${roundMoney(spend)} today${whereto}`;
  return whereto === "" ? "" : `, traffic${whereto}`;
}
