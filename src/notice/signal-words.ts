/** What a signal says, in a person's words. */
import { errorLabel } from "../detection/error-codes.ts";
import { meaningOf } from "../detection/usage-categories.ts";
import { unreachable } from "../lib/decision.ts";
import { masked } from "../lib/masked.ts";
import type { ChangeSignal, Signal, TrafficReadingSignal, UsageThresholdSignal } from "../signal/contract.ts";
import type { Rich } from "./card.ts";
import { count, counted, countryName, money, sentenceList, span } from "./words.ts";

/** What a signal counts, e.g. `Calls refused by geo permissions`. */
export function signalLabel(signal: Signal): string {
  switch (signal.kind) {
    case "error":
      return errorLabel(signal.code);
    case "usage-threshold":
      return `${measured(signal)} ${PERIODS[signal.recurring]}`;
    case "alarm":
      return `Console alarm: ${signal.code === null ? "any error" : errorLabel(signal.code)}`;
    case "call":
      return `${signal.direction === "inbound" ? "Inbound calls" : "Calls"} ${signal.happened}${placeWords(signal.country)}`;
    case "message":
      return signal.code === null
        ? `Messages ${signal.happened}${placeWords(signal.country)}`
        : `Messages ${signal.happened}${placeWords(signal.country)}: ${errorLabel(signal.code)}`;
    case "verification":
      return `Verifications ${VERIFICATIONS[signal.happened]}${placeWords(signal.country)}`;
    case "change":
      return changeLabel(signal.type);
    case "blocked-address":
      return "Refused by your list of allowed addresses";
    case "ported-out":
      return signal.lastSeenAtMs === undefined ? "Number ported out" : "Number missing";
    case "token-changed":
      return "Auth token";
    case "usage-reading":
      return `${meaningOf(signal.category).spend} on ${signal.day}`;
    case "traffic-reading":
      return signal.medium === "calls" ? "Call log" : "Message log";
    case "conversion-reading":
      return `Verifications${placeWords(signal.country)}`;
    case "quiet-source":
      return `Source ${signal.source}`;
    case "refused-webhooks":
      return "Webhooks refused";
    default:
      return unreachable(signal);
  }
}

const VERIFICATIONS = {
  pending: "begun",
  approved: "approved",
  expired: "expired",
  canceled: "cancelled",
  "max-attempts": "given up after too many attempts",
} as const;

/** `account-api-keys.created` -> `Changed: account api keys created`. */
function changeLabel(type: string): string {
  return `Changed: ${type.replace(/[-.]+/g, " ")}`;
}

/** What was read, at what time; nothing for what Twilio told. */
export function readingWords(signal: Signal, atMs: number): Rich {
  const at = { atMs };
  switch (signal.kind) {
    case "usage-reading":
      return [`${money(signal.spendUsd)}, read `, at];
    case "traffic-reading":
      return [`${trafficWords(signal)}, read `, at];
    case "conversion-reading":
      return [`${count(signal.converted)} of ${counted(signal.attempts, "attempt")} were completed, read `, at];
    case "quiet-source":
      return ["nothing heard since ", { atMs: signal.quietSinceMs }];
    case "refused-webhooks":
      return [`at least ${count(signal.count)} in one minute, the last of it `, at];
    case "token-changed":
      return ["it is another one than Tollgate knew, seen ", at];
    case "ported-out":
      return [`${masked(signal.number)} is not on this account any more, seen `, at];
    default:
      return [];
  }
}

const MOST_COUNTRIES = 4;

function trafficWords({
  medium,
  total,
  live,
  longCalls,
  destinations,
  neighbours,
  isCut,
  sinceMs,
  atMs,
}: TrafficReadingSignal) {
  const one = medium === "calls" ? "call" : "message";
  const shown = destinations
    .slice(0, MOST_COUNTRIES)
    .map(({ country, count: n }) => `${countryName(country)} ${count(n)}`);
  return [
    `${isCut === true ? "at least " : ""}${counted(total, one)} in ${span(atMs - sinceMs)}`,
    ...(shown.length === 0 ? [] : [sentenceList(shown)]),
    ...(live === 0 ? [] : [`${count(live)} live`]),
    ...(longCalls === 0 ? [] : [`${count(longCalls)} longer than an hour`]),
    ...(neighbours === null ? [] : [`${count(neighbours.numbers)} neighbouring numbers ${neighbours.block}`]),
  ].join("; ");
}

const PERIODS: Readonly<Record<UsageThresholdSignal["recurring"], string>> = {
  daily: "today",
  monthly: "this month",
  yearly: "this year",
  once: "in all",
};

function measured({ category, measure }: UsageThresholdSignal): string {
  const { spend, count: number, usage } = meaningOf(category);
  switch (measure) {
    case "price":
      return spend;
    case "count":
      return number;
    case "usage":
      return usage;
    default:
      return unreachable(measure);
  }
}

function placeWords(country: string | null): string {
  return country === null ? "" : `, ${countryName(country)}`;
}

/** What the newest of a series says beyond its label. */
export function lastWords(signal: Signal): string {
  switch (signal.kind) {
    case "usage-threshold": {
      const amount = signal.measure === "price" ? money : count;
      return `: ${amount(signal.value)}, threshold ${amount(signal.threshold)}`;
    }
    case "alarm":
      return `: ${count(signal.errors)} in ${counted(signal.periodMinutes, "minute")}, threshold ${count(signal.threshold)}`;
    case "change":
      return changeWords(signal);
    case "blocked-address":
      return `: ${signal.address}${signal.keySid === null ? "" : `, with key ${signal.keySid}`}`;
    case "ported-out":
      return `: ${masked(signal.number)}`;
    default:
      return "";
  }
}

/** Who did it, as far as Twilio says: the first question of whoever reads it. */
function changeWords({ source, address, actorSid, countries, isOpening, resourceSid }: ChangeSignal): string {
  const names = sentenceList(countries.slice(0, MOST_COUNTRIES).map(countryName));
  const opened = isOpening === null || countries.length === 0 ? "" : `, ${isOpening ? "opened" : "closed"} ${names}`;
  const what = resourceSid === null ? "" : `, ${resourceSid}`;
  const by = actorSid === null ? "" : ` by ${actorSid}`;
  return `: ${SOURCES[source] ?? source}${by}${address === null ? "" : ` from ${address}`}${what}${opened}`;
}

const SOURCES: Readonly<Record<string, string>> = {
  web: "in the Console",
  api: "through the API",
  twilio: "by Twilio",
};
