import { unreachable } from "../lib/decision.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Signal } from "../signal/contract.ts";
import { happenedAt } from "../signal/late.ts";
import type { Bucket } from "./contract.ts";

export const MINUTE_MS = 60_000;

/** How far back the rules look: the store's `bucketsSince` is asked for this much. */
export const LOOKBACK_MS = 60 * MINUTE_MS;

/** Changes are rare and their traffic may begin hours later: an opened country is remembered for a day. */
export const CHANGES_LOOKBACK_MS = 24 * 60 * MINUTE_MS;

/** Series of changes begin with this. */
export const CHANGE_SERIES = "change:";

/** Series of readings of the call and message logs begin with this. */
export const TRAFFIC_SERIES = "traffic:";

export function lookbackOf(signal: Signal): number {
  return signal.kind === "change" ? CHANGES_LOOKBACK_MS : LOOKBACK_MS;
}

/** Where a signal counts. Two signals with the same key change the same bucket, so a signal's cost does not grow with their number. */
export interface BucketKey {
  readonly accountSid: AccountSid;
  readonly series: string;
  readonly minute: number;
}

/**
 * What belongs together: the firings of one trigger, the errors of one code, the calls to one country. A bucket shows its newest
 * signal only, so what must be seen one by one (a change) has a series of its own.
 */
function seriesOf(signal: Signal): string {
  switch (signal.kind) {
    case "usage-threshold":
      return `usage:${signal.triggerSid}`;
    case "error":
      return `error:${signal.code}`;
    case "alarm":
      return `alarm:${signal.alarmSid}`;
    case "call":
      return `call:${signal.happened}:${signal.direction}:${signal.country ?? "none"}`;
    case "message":
      return `message:${signal.happened}:${signal.country ?? "none"}:${signal.code ?? "none"}`;
    case "verification":
      return `verification:${signal.happened}:${signal.country ?? "none"}`;
    case "change":
      return `${CHANGE_SERIES}${signal.eventSid}`;
    case "blocked-address":
      return `blocked-address:${signal.address}`;
    case "ported-out":
      return `ported-out:${signal.number}`;
    case "token-changed":
      // Which copy was lost decides whether we know of it: replicas lose theirs in the same minute.
      return signal.copy === undefined
        ? signal.kind
        : `token-changed:${signal.copy.madeAtMs !== null ? "own" : "read"}:${Math.floor(signal.copy.knownAtMs / MINUTE_MS)}`;
    case "usage-reading":
      return `reading:${signal.category}`;
    case "traffic-reading":
      return `${TRAFFIC_SERIES}${signal.medium}`;
    case "conversion-reading":
      return `conversion:${signal.country ?? "all"}`;
    case "quiet-source":
      return `quiet:${signal.source}`;
    case "refused-webhooks":
      return signal.kind;
    default:
      return unreachable(signal);
  }
}

/** Between a series and the minute of what came late. */
const LATE = " @";

/**
 * What came late has a bucket for each minute in which it happened: it is seen for an hour from its arrival, and counts as often as it
 * happened then.
 */
function lateness(signal: Signal): string {
  const happenedAtMs = happenedAt(signal);
  return happenedAtMs === signal.atMs ? "" : `${LATE}${Math.floor(happenedAtMs / MINUTE_MS)}`;
}

/** The series to which it belongs, late or not. */
export function plainSeries(series: string): string {
  return series.split(LATE, 1)[0] ?? series;
}

/** The minute in which what it counts happened: of what came late, before the bucket's own. */
export function minuteOf({ minute, last }: Pick<Bucket, "minute" | "last">): number {
  const happenedAtMs = happenedAt(last);
  return happenedAtMs === last.atMs ? minute : Math.floor(happenedAtMs / MINUTE_MS);
}

export function cameLate({ last }: Pick<Bucket, "last">): boolean {
  return happenedAt(last) !== last.atMs;
}

/** First and last of what it counts: of what came late, when it happened. When it was heard of is in the bucket. */
export function timesOf(bucket: Bucket): Pick<Bucket, "firstAtMs" | "lastAtMs"> {
  const { firstAtMs, lastAtMs, last } = bucket;
  return cameLate(bucket)
    ? { firstAtMs: minuteOf(bucket) * MINUTE_MS, lastAtMs: happenedAt(last) }
    : { firstAtMs, lastAtMs };
}

export function bucketKey(signal: Signal): BucketKey {
  return {
    accountSid: signal.accountSid,
    series: `${seriesOf(signal)}${lateness(signal)}`,
    minute: Math.floor(signal.atMs / MINUTE_MS),
  };
}

/**
 * The signal that a bucket shows: the newest, but what was told before what is only concluded. For the same moment any fixed order
 * would do (it must not depend on who came first): the greater value, then the later text.
 */
export function newestOf<Kind extends Signal>(one: Kind, other: Kind): Kind {
  if (isConcluded(one) !== isConcluded(other)) return isConcluded(one) ? other : one;
  if (one.atMs !== other.atMs) return one.atMs > other.atMs ? one : other;
  if (amountIn(one) !== amountIn(other)) return amountIn(one) > amountIn(other) ? one : other;
  return JSON.stringify(one) >= JSON.stringify(other) ? one : other;
}

function isConcluded(signal: Signal): boolean {
  return signal.kind === "ported-out" && signal.lastSeenAtMs !== undefined;
}

function amountIn(signal: Signal): number {
  if (signal.kind === "usage-threshold") return signal.value;
  if (signal.kind === "usage-reading") return signal.spendUsd;
  return signal.kind === "refused-webhooks" ? signal.count : 0;
}

/** A bucket with one signal in it. */
function bucketOf(signal: Signal): Bucket {
  return { ...bucketKey(signal), count: 1, last: signal, firstAtMs: signal.atMs, lastAtMs: signal.atMs };
}

/** Both buckets have the same key. Merging in any order, in any grouping, gives the same bucket. */
function mergeBuckets(one: Bucket, other: Bucket): Bucket {
  return {
    accountSid: one.accountSid,
    series: one.series,
    minute: one.minute,
    count: one.count + other.count,
    last: newestOf(one.last, other.last),
    firstAtMs: Math.min(one.firstAtMs, other.firstAtMs),
    lastAtMs: Math.max(one.lastAtMs, other.lastAtMs),
  };
}

/** Buckets that the rules still look at, by series. */
export function recentSeries(buckets: readonly Bucket[], nowMs: number): ReadonlyMap<string, readonly Bucket[]> {
  const bySeries = new Map<string, Bucket[]>();
  for (const bucket of buckets) {
    if (bucket.lastAtMs <= nowMs - lookbackOf(bucket.last)) continue;
    const key = keyText(bucket);
    const series = bySeries.get(key);
    if (series === undefined) bySeries.set(key, [bucket]);
    else series.push(bucket);
  }
  return bySeries;
}

/** Adds signals to buckets: one bucket per key, oldest minute first, whatever the order of the signals. */
export function foldIntoBuckets(buckets: readonly Bucket[], signals: readonly Signal[]): readonly Bucket[] {
  const byKey = new Map<string, Bucket>();
  for (const bucket of [...buckets, ...signals.map(bucketOf)]) {
    const key = `${bucket.accountSid} ${bucket.minute} ${bucket.series}`;
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? bucket : mergeBuckets(known, bucket));
  }
  return [...byKey.values()].sort(
    (one, other) => one.minute - other.minute || compareText(keyText(one), keyText(other)),
  );
}

function keyText(bucket: Bucket): string {
  return `${bucket.accountSid} ${bucket.series}`;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
