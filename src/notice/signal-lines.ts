/** Signals folded into one counted line a series: a thousand of a kind are one thing to know. */
import type { Bucket } from "../detection/contract.ts";
import { errorLabel } from "../detection/error-codes.ts";
import { meaningOf } from "../detection/usage-categories.ts";
import { unreachable } from "../lib/decision.ts";
import type { Signal, UsageThresholdSignal } from "../signal/contract.ts";
import type { CardFact, Element } from "./card.ts";
import type { IncidentView } from "./views.ts";
import { count, counted, money } from "./words.ts";

/** The loudest ones; the rest is counted. */
const MOST_SERIES = 8;

export function signalElements({ buckets }: IncidentView): readonly Element[] {
  if (buckets.length === 0) return [];
  const series = folded(buckets).toSorted((one, other) => other.count - one.count || other.lastAtMs - one.lastAtMs);
  const shown = series.slice(0, MOST_SERIES);
  const rest = series.slice(MOST_SERIES);
  const restCount = rest.reduce((sum, each) => sum + each.count, 0);
  return [
    { kind: "text", text: [{ bold: "Signals from Twilio" }] },
    {
      kind: "facts",
      facts: [
        ...shown.map(seriesFact),
        ...(rest.length === 0
          ? []
          : [{ label: counted(rest.length, "more kind"), value: [counted(restCount, "signal")] }]),
      ],
    },
  ];
}

interface Series {
  readonly count: number;
  readonly last: Signal;
  readonly lastAtMs: number;
}

function folded(buckets: readonly Bucket[]): readonly Series[] {
  const bySeries = new Map<string, Series>();
  for (const { series, count: more, last, lastAtMs } of buckets) {
    const before = bySeries.get(series);
    const isNewer = before === undefined || lastAtMs >= before.lastAtMs;
    bySeries.set(series, {
      count: (before?.count ?? 0) + more,
      last: isNewer ? last : before.last,
      lastAtMs: isNewer ? lastAtMs : before.lastAtMs,
    });
  }
  return [...bySeries.values()];
}

function seriesFact({ count: signals, last, lastAtMs }: Series): CardFact {
  const at = { atMs: lastAtMs };
  const value =
    signals === 1
      ? ["1 signal, ", at, lastWords(last)]
      : [`${counted(signals, "signal")}, the last `, at, lastWords(last)];
  return { label: seriesLabel(last), value };
}

/** What a signal counts, e.g. `Calls refused by geo permissions`. */
export function seriesLabel(signal: Signal): string {
  switch (signal.kind) {
    case "error":
      return errorLabel(signal.code);
    case "usage-threshold":
      return `${measured(signal)} ${PERIODS[signal.recurring]}`;
    case "alarm":
      return `Console alarm: ${signal.code === null ? "any error" : errorLabel(signal.code)}`;
    case "call":
      return `Calls ${signal.happened}${placeWords(signal.country)}`;
    case "message":
      return `Messages ${signal.happened}${placeWords(signal.country)}`;
    case "verification":
      return `Verifications ${signal.happened}${placeWords(signal.country)}`;
    case "change":
      return `Changed: ${signal.type}`;
    case "blocked-address":
      return "Address refused by IP allow-listing";
    case "ported-out":
      return "Number ported out";
    case "token-changed":
      return "Auth token changed";
    case "usage-reading":
      return `${meaningOf(signal.category).spend} as read`;
    case "traffic-reading":
      return `${signal.medium === "calls" ? "Calls" : "Messages"} as read`;
    case "conversion-reading":
      return `Verifications as read${placeWords(signal.country)}`;
    case "quiet-source":
      return `Quiet: ${signal.source}`;
    default:
      return unreachable(signal);
  }
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
  return country === null ? "" : `, ${country}`;
}

function lastWords(signal: Signal): string {
  if (signal.kind !== "usage-threshold") return "";
  const amount = signal.measure === "price" ? money : count;
  return `: ${amount(signal.value)}, threshold ${amount(signal.threshold)}`;
}
