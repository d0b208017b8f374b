import type { MessageSignal, TrafficReadingSignal } from "../signal/contract.ts";
import type { Bucket } from "./contract.ts";
import { WINDOW_MINUTES, worstBurst } from "./error-story.ts";
import { LOOKBACK_MS, MINUTE_MS, minuteOf, timesOf } from "./fold.ts";
import { spanOf } from "./money.ts";
import { mostWithin } from "./most-within.ts";

/** Unreachable, unknown, no mobile, filtered, lost: a few of a hundred messages meet them on any day. */
export const DELIVERY_ERRORS: readonly string[] = ["30003", "30005", "30006", "30007", "30008"];

/** Messages of the last hour, as far as they were seen. */
export interface MessageTraffic {
  /** Country -> messages. */
  readonly byCountry: ReadonlyMap<string, Volume>;
  readonly total: number;
  /** The log had more than was read of it: every count is a lower bound. */
  readonly isCut: boolean;
  /** Not delivered. */
  readonly lost: number;
  /** The fullest block of neighbouring numbers of any reading. */
  readonly neighbours: TrafficReadingSignal["neighbours"];
  /** What the readings cover: after a time without us more than an hour. */
  readonly spanMs: number;
  /** When the first of it happened. */
  readonly firstAtMs: number;
  /** When the last of it was told: what comes late is news when it comes. */
  readonly heardAtMs: number;
}

export interface Volume {
  readonly messages: number;
  /** Of those that Twilio has priced; null: of none. */
  readonly spendUsd: number | null;
  /** The most within five minutes. */
  readonly burst: number;
  readonly heardAtMs: number;
}

/** Each is told once or more on its way: every one of these is another message. */
const BEGINNINGS: readonly MessageSignal["happened"][] = ["queued", "sent"];
const LOST: readonly MessageSignal["happened"][] = ["undelivered", "failed"];
const ENDS: readonly MessageSignal["happened"][] = ["delivered", ...LOST];

/**
 * The message log and Event Streams tell of the same messages, so the greater number of both counts, never the sum. Of what Event
 * Streams tell, late or not, the fullest hour counts: hours that arrive together are none. Undefined when neither tells of any.
 */
export function messageTraffic(buckets: readonly Bucket[], nowMs: number): MessageTraffic | undefined {
  const recent = buckets.filter(({ lastAtMs }) => lastAtMs > nowMs - LOOKBACK_MS);
  const readings = recent.flatMap(({ last }) =>
    last.kind === "traffic-reading" && last.medium === "messages" ? [last] : [],
  );
  const told = recent.flatMap(({ last, ...bucket }): readonly Told[] =>
    last.kind === "message" ? [{ ...bucket, last }] : [],
  );
  const all = recent.filter(
    ({ last }) => last.kind === "message" || (last.kind === "traffic-reading" && last.medium === "messages"),
  );
  if (all.length === 0) return undefined;
  const read = readVolumes(readings);
  const heard = BEGINNINGS.map((happened) => heardVolumes(told.filter(({ last }) => last.happened === happened)));
  const byCountry = greaterOf([read, ...heard]);
  const lostRead = sum(readings.flatMap(({ failures }) => failures.map(({ count }) => count)));
  const lostHeard = mostInHour(told.filter(({ last }) => LOST.includes(last.happened)));
  return {
    byCountry,
    total: Math.max(
      sum(readings.map(({ total }) => total)),
      sum([...byCountry.values()].map(({ messages }) => messages)),
      mostInHour(told.filter(({ last }) => ENDS.includes(last.happened))),
    ),
    isCut: readings.some(({ isCut }) => isCut === true),
    lost: Math.max(lostRead, lostHeard),
    neighbours: fullest(readings),
    spanMs: spanOf(readings),
    firstAtMs: Math.min(...all.map((bucket) => timesOf(bucket).firstAtMs)),
    heardAtMs: Math.max(...all.map(({ lastAtMs }) => lastAtMs)),
  };
}

const HOUR_MINUTES = 60;

/** The most within any sixty minutes, by when it happened. */
export function mostInHour(buckets: readonly Pick<Bucket, "minute" | "last" | "count">[]): number {
  return mostWithin(
    HOUR_MINUTES,
    buckets.map((bucket) => ({ minute: minuteOf(bucket), count: bucket.count })),
  );
}

type Told = Bucket & { readonly last: MessageSignal };
type Volumes = ReadonlyMap<string, Volume>;

function readVolumes(readings: readonly TrafficReadingSignal[]): Volumes {
  const volumes = new Map<string, Volume>();
  for (const { destinations, atMs, sinceMs } of readings) {
    // A reading over half an hour does not say when in it they were sent.
    const ofWindow = Math.min(1, (WINDOW_MINUTES * MINUTE_MS) / Math.max(1, atMs - sinceMs));
    for (const { country, count, spendUsd } of destinations) {
      const burst = Math.floor(count * ofWindow);
      volumes.set(country, plus(volumes.get(country), { messages: count, spendUsd, burst, heardAtMs: atMs }));
    }
  }
  return volumes;
}

function heardVolumes(told: readonly Told[]): Volumes {
  const countries = new Set(told.flatMap(({ last }) => last.country ?? []));
  return new Map(
    [...countries].map((country) => {
      const own = told.filter(({ last }) => last.country === country);
      return [
        country,
        {
          messages: mostInHour(own),
          spendUsd: null,
          burst: worstBurst(own),
          heardAtMs: Math.max(...own.map(({ lastAtMs }) => lastAtMs)),
        },
      ];
    }),
  );
}

function plus(one: Volume | undefined, other: Volume): Volume {
  if (one === undefined) return other;
  return {
    messages: one.messages + other.messages,
    spendUsd: one.spendUsd === null && other.spendUsd === null ? null : (one.spendUsd ?? 0) + (other.spendUsd ?? 0),
    burst: Math.max(one.burst, other.burst),
    heardAtMs: Math.max(one.heardAtMs, other.heardAtMs),
  };
}

function greaterOf(all: readonly Volumes[]): Volumes {
  const countries = [...new Set(all.flatMap((volumes) => [...volumes.keys()]))].sort();
  return new Map(
    countries.map((country) => {
      const known = all.flatMap((volumes) => volumes.get(country) ?? []);
      const spend = known.flatMap(({ spendUsd }) => (spendUsd === null ? [] : [spendUsd]));
      return [
        country,
        {
          messages: Math.max(...known.map(({ messages }) => messages)),
          spendUsd: spend.length === 0 ? null : Math.max(...spend),
          burst: Math.max(...known.map(({ burst }) => burst)),
          heardAtMs: Math.max(...known.map(({ heardAtMs }) => heardAtMs)),
        },
      ];
    }),
  );
}

function fullest(readings: readonly TrafficReadingSignal[]): TrafficReadingSignal["neighbours"] {
  const known = readings.flatMap(({ neighbours }) => (neighbours === null ? [] : [neighbours]));
  return known.reduce<TrafficReadingSignal["neighbours"]>(
    (best, one) =>
      best === null || one.numbers > best.numbers || (one.numbers === best.numbers && one.block < best.block)
        ? one
        : best,
    null,
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
