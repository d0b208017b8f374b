/** The facts on an incident card. */
import type { MoneyAtRisk, Observation } from "../detection/contract.ts";
import { refusedWebhooks } from "../detection/refused-webhooks.ts";
import type { LiveIncident } from "../incident/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { CardFact, Rich } from "./card.ts";
import { nextStep } from "./next-step.ts";
import { readRate, reportedRate } from "./rate.ts";
import { suggestedApprovalMs } from "./remediation-offers.ts";
import { type AccountView, accountName, actorName, type IncidentView, nameOf } from "./views.ts";
import {
  againstUsual,
  atLeast,
  count,
  counted,
  countryName,
  money,
  type Rate,
  rateWords,
  roundMoney,
  sentence,
  span,
  trafficNoun,
} from "./words.ts";

const TOP_DESTINATIONS = 4;

/** Few, and in the order in which they are asked at 3 a.m.: what, how much money, whereto, whose, what now. */
export function incidentFacts(view: IncidentView): readonly CardFact[] {
  const { incident, account, observation } = view;
  const next = nextStep(view);
  return [
    ...accountFacts(account),
    { label: "What happened", value: whatHappened(view) },
    ...refusedFacts(view),
    ...moneyFacts(view),
    ...trafficFacts(incident, observation),
    ...ownerFacts(view),
    ...(next === null ? [] : [{ label: "What to do", value: [next] }]),
  ];
}

/** The heading names the account. A fact of its own is for what changes the decision. */
function accountFacts(account: AccountView): readonly CardFact[] {
  if (!("status" in account) || (account.status === "active" && !account.isParent)) return [];
  const kind = account.isParent ? ", the main account" : "";
  const status = account.status === "active" ? "" : `, ${account.status}`;
  return [{ label: "Account", value: [{ bold: accountName(account) }, `${kind}${status}`] }];
}

function whatHappened({ incident, signalCount }: IncidentView): Rich {
  const { summary, firstSignalAtMs } = incident.alert;
  // A person may have reported what Twilio did not.
  const signals = signalCount === 0 ? "." : ` (${counted(signalCount, "signal")} from Twilio).`;
  return [`${sentence(summary)} Since `, { atMs: firstSignalAtMs }, signals];
}

/** The count of signals is not all. Nothing is missed by that, unless a log had more than was read. */
function refusedFacts({ incident, observation, buckets }: IncidentView): readonly CardFact[] {
  const refused = refusedWebhooks(buckets);
  if (refused === 0) return [];
  const isCut = observation?.trafficIsCut === true || incident.alert.money?.isAtLeast === true;
  return [
    {
      label: "Refused webhooks",
      value: [
        `At least ${count(refused)}: this account sent more than Tollgate takes from one account in a minute. ` +
          `Tollgate reads Twilio's records instead${isCut ? "" : ", so nothing is lost"}.`,
      ],
    },
  ];
}

/** Money is asked about only where usage is: an error burst has none. */
function moneyFacts(view: IncidentView): readonly CardFact[] {
  const { incident, observation } = view;
  const { category, money: risk } = incident.alert;
  if (observation === null) {
    if (risk !== undefined) return reportedMoney(view, risk);
    return category === null ? [] : [{ label: "Money", value: ["not read yet"] }];
  }
  const { spendTodayUsd, usualDayUsd } = observation;
  const rate = readRate(observation);
  const burn: Rich =
    rate === null
      ? ["not known until two readings can be compared"]
      : [{ bold: rateWords(rate) }, untilApproval(view, rate)];
  return [
    { label: burnLabel(observation, incident), value: burn },
    {
      label: "Spent today",
      value: [spendTodayUsd === null ? "Twilio gave no price yet" : spendWords(spendTodayUsd, usualDayUsd)],
    },
  ];
}

/** As the alert said it, before anything was read about the incident itself. */
function reportedMoney(view: IncidentView, { lostTodayUsd, isAtLeast }: MoneyAtRisk): readonly CardFact[] {
  const rate = reportedRate(view.incident.alert);
  const burning: readonly CardFact[] =
    rate === null
      ? []
      : [{ label: "Burning", value: [{ bold: rateWords(rate) }, ` above normal${untilApproval(view, rate)}`] }];
  return [...burning, { label: "Lost today", value: [`${atLeast(isAtLeast)}${money(lostTodayUsd)} above normal`] }];
}

const HOUR_MS = 3_600_000;
/** Less is not worth the words. */
const LOSS_WORTH_SAYING_USD = 1;

/** What waiting costs: what is lost while an approval for the best remediation takes all its time. */
function untilApproval(view: IncidentView, { usd, isAtLeast }: Rate): string {
  const { status } = view.incident;
  const approvalMs = view.pending.length > 0 ? null : suggestedApprovalMs(view);
  if ((status !== "open" && status !== "acknowledged") || approvalMs === null) return "";
  const lossUsd = (usd * approvalMs) / HOUR_MS;
  return lossUsd < LOSS_WORTH_SAYING_USD
    ? ""
    : `; ${atLeast(isAtLeast)}${roundMoney(lossUsd)} more if an approval takes all its ${span(approvalMs)}`;
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
  const liveCalls = observation?.liveCalls ?? null;
  // A resolved card is not read again: what was live then need not be live now.
  const when = incident.status === "resolved" ? "at the last reading" : "now";
  const least = atLeast(observation?.trafficIsCut);
  const live = liveCalls === null ? [] : [`${least}${counted(liveCalls, "call")} live ${when}`];
  const where = destinationWords(observation) ?? knownCountries(incident);
  const numbers = incident.alert.affectedNumbers ?? 0;
  const words = [
    ...live,
    ...(where === null ? [] : [where]),
    ...(numbers === 0 ? [] : [counted(numbers, "different number")]),
  ];
  return words.length === 0 ? [] : [{ label: "Where it goes", value: [words.join(". ")] }];
}

function destinationWords(observation: Observation | null): string | null {
  if (observation === null || observation.destinations.length === 0) return null;
  const shown = observation.destinations.slice(0, TOP_DESTINATIONS);
  const more = observation.destinations.length - shown.length;
  const least = atLeast(observation.trafficIsCut);
  const words = shown.map(
    ({ country, calls, isAllowed }) =>
      `${countryName(country)} ${least}${counted(calls, trafficNoun(observation))}${isAllowed ? "" : " (not on your list)"}`,
  );
  return words.join(", ") + (more > 0 ? ` and ${counted(more, "more country", "more countries")}` : "");
}

function knownCountries(incident: LiveIncident): string | null {
  return incident.countries.length === 0
    ? null
    : incident.countries.slice(0, TOP_DESTINATIONS).map(countryName).join(", ");
}

function ownerFacts(view: IncidentView): readonly CardFact[] {
  const { incident } = view;
  if (incident.status !== "resolved") return [{ label: "In the hands of", value: ownerValue(view) }];
  const by = ownerName(view);
  return by === null ? [] : [{ label: "Was in the hands of", value: [by] }];
}

function ownerValue(view: IncidentView): Rich {
  const { incident } = view;
  const by = ownerName(view);
  switch (incident.status) {
    case "open":
      return [by === null ? "nobody yet" : `${by}, not acknowledged yet`];
    case "acknowledged": {
      const acknowledger = actorName(incident.acknowledgedBy);
      const at = { atMs: incident.acknowledgedAtMs };
      return by === null || by === acknowledger
        ? [`${acknowledger}, since `, at]
        : [`${by}; acknowledged by ${acknowledger} `, at];
    }
    case "contained":
    case "resolved":
      return [by ?? "nobody acknowledged it"];
    default:
      return unreachable(incident);
  }
}

/** The assignee, else who acknowledged it. */
function ownerName({ incident, names }: IncidentView): string | null {
  const acknowledgedBy = incident.status === "open" ? null : incident.acknowledgedBy;
  // The record knows the name of who acted, also after they left the roster.
  const isSame = acknowledgedBy?.kind === "person" && acknowledgedBy.personId === incident.assignee;
  if (incident.assignee !== null && !isSame) return nameOf(names, incident.assignee);
  return acknowledgedBy === null ? null : actorName(acknowledgedBy);
}
