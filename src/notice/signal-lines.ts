/** Signals folded into one counted line a series: a thousand of a kind are one thing to know. */
import type { Bucket } from "../detection/contract.ts";
import { plainSeries } from "../detection/fold.ts";
import { unreachable } from "../lib/decision.ts";
import type { Signal } from "../signal/contract.ts";
import type { CardFact, Element } from "./card.ts";
import { lastWords, readingWords, signalLabel } from "./signal-words.ts";
import type { IncidentView } from "./views.ts";
import { counted } from "./words.ts";

/** The loudest ones; the rest is counted. */
const MOST_SERIES = 8;
/** A poll reads every category; those that moved most recently are enough. */
const MOST_READINGS = 6;

/** What Tollgate read or noticed by itself. Twilio told nothing, so people are not told that it did. */
export function isReading(signal: Signal): boolean {
  switch (signal.kind) {
    case "usage-reading":
    case "traffic-reading":
    case "conversion-reading":
    case "quiet-source":
    case "refused-webhooks":
    case "token-changed":
      return true;
    case "usage-threshold":
    case "error":
    case "alarm":
    case "call":
    case "message":
    case "verification":
    case "change":
    case "blocked-address":
      return false;
    case "ported-out":
      return signal.lastSeenAtMs !== undefined;
    default:
      return unreachable(signal);
  }
}

/** How many signals Twilio sent; readings are not among them. */
export function countTold(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { count: signals, last }) => sum + (isReading(last) ? 0 : signals), 0);
}

export function signalElements({ buckets, incident }: Pick<IncidentView, "buckets" | "incident">): readonly Element[] {
  const series = folded(buckets);
  const told = series.filter(({ last }) => !isReading(last));
  const own = incident.alert.category;
  const isOwn = ({ last }: Series) => Number(last.kind === "usage-reading" && last.category === own);
  const readings = series
    .filter(({ last }) => isReading(last))
    .toSorted((one, other) => isOwn(other) - isOwn(one) || other.lastAtMs - one.lastAtMs);
  return [...toldElements(told), ...readingElements(readings)];
}

function toldElements(told: readonly Series[]): readonly Element[] {
  if (told.length === 0) return [];
  const series = told.toSorted((one, other) => other.count - one.count || other.lastAtMs - one.lastAtMs);
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

/** The newest of each: how often it was read says nothing. */
function readingElements(readings: readonly Series[]): readonly Element[] {
  if (readings.length === 0) return [];
  return [
    { kind: "text", text: [{ bold: "Read by Tollgate" }] },
    {
      kind: "facts",
      facts: readings
        .slice(0, MOST_READINGS)
        .map(({ last, lastAtMs }) => ({ label: signalLabel(last), value: readingWords(last, lastAtMs) })),
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
  for (const { series: one, count: more, last, lastAtMs } of buckets) {
    const series = plainSeries(one);
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
  return { label: signalLabel(last), value };
}
