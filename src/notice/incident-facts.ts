/** The facts on an incident card. */
import type { MoneyAtRisk, Observation } from "../detection/contract.ts";
import { refusedWebhooks } from "../detection/refused-webhooks.ts";
import type { LiveIncident } from "../incident/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { CardFact, Rich } from "./card.ts";
import { nextStep } from "./next-step.ts";
import { suggestedApprovalMs } from "./remediation-offers.ts";
import { type AccountView, accountName, actorName, type IncidentView, nameOf } from "./views.ts";
import { againstUsual, counted, countryName, money, roundMoney, sentence, span, trafficNoun } from "./words.ts";

const TOP_DESTINATIONS = 4;

/** Few, and in the order in which they are asked at 3 a.m.: what, how much money, whereto, whose, what now. */
export function incidentFacts(view: IncidentView): readonly CardFact[] {
  const { incident, account, observation } = view;
  const next = nextStep(view);
  return [
    ...accountFacts(account),
    { label: "What happened", value: whatHappened(view) },
    ...notHeard(view),
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

/** The count of signals is not all, and nothing is missed by that: said once, with how many it was. */
function notHeard({ buckets }: IncidentView): readonly CardFact[] {
  const refused = refusedWebhooks(buckets);
  if (refused === 0) return [];
  const webhooks = counted(refused, "webhook");
  return [
    {
      label: "Not heard",
      value: [
        `At least ${webhooks} of this account, more than its limit a minute. Tollgate reads Twilio's records instead.`,
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
  const { burnPerHourUsd, burnIsAtLeast, spendTodayUsd, usualDayUsd } = observation;
  const burn: Rich =
    burnPerHourUsd === null
      ? ["not known until two readings can be compared"]
      : [
          ...(burnIsAtLeast === true ? ["at least "] : []),
          { bold: `${roundMoney(burnPerHourUsd)} an hour` },
          untilApproval(view, burnPerHourUsd),
        ];
  return [
    { label: burnLabel(observation, incident), value: burn },
    {
      label: "Spent today",
      value: [spendTodayUsd === null ? "Twilio gave no price yet" : spendWords(spendTodayUsd, usualDayUsd)],
    },
  ];
}

/** As the alert said it, before anything was read about the incident itself. */
function reportedMoney(view: IncidentView, { perHourUsd, lostTodayUsd, isAtLeast }: MoneyAtRisk): readonly CardFact[] {
  const least = isAtLeast === true ? "at least " : "";
  const rate: readonly CardFact[] =
    perHourUsd === null
      ? []
      : [
          {
            label: "Burning",
            value: [
              ...(least === "" ? [] : [least]),
              { bold: `${roundMoney(perHourUsd)} an hour` },
              ` above normal${untilApproval(view, perHourUsd)}`,
            ],
          },
        ];
  return [...rate, { label: "Lost today", value: [`${least}${money(lostTodayUsd)} above normal`] }];
}

const HOUR_MS = 3_600_000;
/** Less is not worth the words. */
const LOSS_WORTH_SAYING_USD = 1;

/** What waiting costs: the most that can be lost while an approval for the best remediation is waited for. */
function untilApproval(view: IncidentView, perHourUsd: number): string {
  const { status } = view.incident;
  const approvalMs = view.pending.length > 0 ? null : suggestedApprovalMs(view);
  if ((status !== "open" && status !== "acknowledged") || approvalMs === null) return "";
  const lossUsd = (perHourUsd * approvalMs) / HOUR_MS;
  return lossUsd < LOSS_WORTH_SAYING_USD
    ? ""
    : `; ${roundMoney(lossUsd)} more if an approval takes all its ${span(approvalMs)}`;
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
  const least = observation?.trafficIsCut === true ? "at least " : "";
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
  const least = observation.trafficIsCut === true ? "at least " : "";
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
