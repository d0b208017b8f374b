import type { HourUsage } from "../../../detection/baseline/contract.ts";
import type { Bucket } from "../../../detection/contract.ts";
import { plainSeries } from "../../../detection/fold.ts";
import type { UsageReadingSignal } from "../../../signal/contract.ts";
import { type Happened, LOGGED } from "./tally.ts";
import type { Outage } from "./window.ts";

/** How often detection counts something, and how often it was. */
export interface Count {
  /** `errors`, `calls told`, `calls in the log` … */
  readonly what: string;
  readonly counted: number;
  readonly happened: number;
  /** The single series (an error's code, a country, a trigger) of which more is counted than there was. */
  readonly tooOften: readonly string[];
  /** Of what happened while Tollgate was away: how many there were, and how many at least are counted. */
  readonly missed: number;
  readonly caughtUp: number;
}

interface Seen {
  /** Of one account, since `sinceMs`. */
  readonly buckets: readonly Bucket[];
  /** What learning knows of the hours of this day. */
  readonly hours: readonly HourUsage[];
  /** What there was on this account, whenever. */
  readonly happened: readonly Happened[];
  /** How much of a category was used on this day. */
  readonly used: (category: string) => number;
  /** A whole minute. */
  readonly sinceMs: number;
  readonly outage: Outage;
}

/** What each signal of it counts by itself. */
const SINGLE: Readonly<Record<string, string>> = {
  "error:": "errors",
  "call:created:": "calls told when asked for",
  "call:answered:": "calls told when answered",
  "call:completed:": "calls told when over",
  "message:sent:": "messages told when sent",
  "message:undelivered:": "messages told when lost",
  "verification:pending:": "codes told when sent",
  "verification:approved:": "codes told when typed in",
  "change:": "changes",
  "usage:": "triggers",
  "ported-out:": "port-outs",
  "token-changed": "tokens changed",
};

/** Rounding of what is spread over hours. */
const NEXT_TO_NOTHING = 1e-6;

/** Everything that detection counts on one account beside what there was. What nobody counts and what never was is left out. */
export function countsOf(seen: Seen): readonly Count[] {
  return [
    ...Object.entries(SINGLE).map(([beginning, what]) => single(what, beginning, seen)),
    logged("calls in the log", "calls", LOGGED.calls, seen),
    logged("messages in the log", "messages", LOGGED.messages, seen),
    codes(seen),
    used(seen),
    hourly(seen),
  ].filter(({ counted, happened }) => counted > 0 || happened > 0);
}

function single(what: string, beginning: string, { buckets, happened, sinceMs, outage }: Seen): Count {
  const counted = new Map<string, number>();
  for (const { series, count } of buckets) if (series.startsWith(beginning)) add(counted, plainSeries(series), count);
  const real = happened.filter(({ series, atMs }) => series.startsWith(beginning) && atMs >= sinceMs);
  return compared(what, counted, real, outage);
}

/** Readings of a log: each says how much there was since the one before. */
function logged(what: string, medium: "calls" | "messages", beginning: string, seen: Seen): Count {
  const readings = seen.buckets.flatMap(({ last }) =>
    last.kind === "traffic-reading" && last.medium === medium ? [last] : [],
  );
  const counted = new Map<string, number>();
  for (const { destinations } of readings) {
    for (const { country, count } of destinations) add(counted, `${beginning}${country}`, count);
  }
  const fromMs = Math.min(...readings.map(({ sinceMs }) => sinceMs));
  const real = seen.happened.filter(({ series, atMs }) => series.startsWith(beginning) && atMs > fromMs);
  return compared(what, counted, real, seen.outage);
}

function codes({ buckets, happened, outage }: Seen): Count {
  const readings = buckets.flatMap(({ last }) =>
    last.kind === "conversion-reading" && last.country === null ? [last] : [],
  );
  const counted = new Map<string, number>();
  for (const { attempts } of readings) add(counted, LOGGED.codes, attempts);
  const fromMs = Math.min(...readings.map(({ sinceMs }) => sinceMs));
  const real = happened.filter(({ series, atMs }) => series === LOGGED.codes && atMs >= fromMs);
  return compared("codes in Verify's summary", counted, real, outage);
}

/** Each reading of a category says what was used up to then on this day, and what the one before it had said. */
function used(seen: Seen): Count {
  const first = new Map<string, UsageReadingSignal>();
  const grown = new Map<string, number>();
  for (const { last } of seen.buckets) {
    if (last.kind !== "usage-reading" || last.before === undefined) continue;
    if (!first.has(last.category)) first.set(last.category, last);
    add(grown, last.category, Math.max(0, last.count - last.before.count));
  }
  const real = new Map(
    [...first].map(([category, { before }]) => [category, seen.used(category) - (before?.count ?? 0)]),
  );
  return summed("usage read", grown, real);
}

/** What learning takes for the use of the day's hours. */
function hourly({ hours, used: usedOf }: Seen): Count {
  const counted = new Map<string, number>();
  for (const { category, count } of hours) add(counted, category, count);
  return summed(
    "usage by the hour",
    counted,
    new Map([...counted.keys()].map((category) => [category, usedOf(category)])),
  );
}

function compared(
  what: string,
  counted: ReadonlyMap<string, number>,
  real: readonly Happened[],
  { fromMs, toMs }: Outage,
): Count {
  const happened = new Map<string, number>();
  for (const { series } of real) add(happened, series, 1);
  const missed = real.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length;
  const sums = summed(what, counted, happened);
  // As if everything that is not counted were of that hour.
  const caughtUp = Math.max(0, missed - Math.max(0, sums.happened - sums.counted));
  return { ...sums, missed, caughtUp };
}

function summed(what: string, counted: ReadonlyMap<string, number>, happened: ReadonlyMap<string, number>): Count {
  const tooOften = [...counted].filter(([series, count]) => count > (happened.get(series) ?? 0) + NEXT_TO_NOTHING);
  return {
    what,
    counted: total(counted),
    happened: total(happened),
    tooOften: tooOften.map(([series]) => series),
    missed: 0,
    caughtUp: 0,
  };
}

function add(counts: Map<string, number>, series: string, more: number): void {
  counts.set(series, (counts.get(series) ?? 0) + more);
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
