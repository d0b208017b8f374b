import type { TrafficReadingSignal } from "../signal/contract.ts";
import type { Scene } from "./contract.ts";
import { LOOKBACK_MS, MINUTE_MS, minuteOf, timesOf } from "./fold.ts";
import { isPremiumNumber } from "./fraud-destinations.ts";
import { spanOf } from "./money.ts";
import { mostWithin } from "./most-within.ts";

/** Outbound calls of the last hour, as far as they were seen. */
export interface CallTraffic {
  /** Country -> calls. */
  readonly byCountry: ReadonlyMap<string, CallVolume>;
  /** Of the call log, oldest first. */
  readonly readings: readonly TrafficReadingSignal[];
  /** Calls to premium numbers: of each minute's calls the newest number is known. */
  readonly premium: readonly Pick<CallVolume, "firstAtMs" | "heardAtMs">[];
  /** The log had more than was read of it: every count is a lower bound. */
  readonly isCut: boolean;
  /** What the readings cover: after a time without us more than an hour. */
  readonly spanMs: number;
}

export interface CallVolume {
  readonly calls: number;
  readonly seconds: number;
  /** Of those that Twilio has priced; null: of none. */
  readonly spendUsd: number | null;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** When it was last told: what comes late is news when it comes. */
  readonly heardAtMs: number;
  /** When it was last told of a minute that had more than so many. */
  lastAboveMs(perMinute: number): number | null;
}

const PACE_MINUTES = 10;
const HOUR_MINUTES = 60;

/** So many of a medium to one country at one moment, gathered over some time. */
interface Share {
  readonly country: string;
  readonly count: number;
  /** In which it happened. Missing: of a reading, which tells of longer. */
  readonly minute?: number;
  readonly seconds: number;
  readonly spendUsd: number | null;
  readonly atMs: number;
  readonly firstAtMs: number;
  readonly heardAtMs: number;
  readonly minutes: number;
}

/**
 * The call log and Event Streams tell of the same calls, so the greater number of both counts, never the sum; calls that are dialled
 * within calls or come through a trunk are in the log alone. Of what Event Streams tell, late or not, the fullest hour counts: hours
 * that arrive together are none. Null when neither tells of any.
 */
export function callTraffic({ buckets, nowMs }: Pick<Scene, "buckets" | "nowMs">, sinceMs = 0): CallTraffic | null {
  const fromMs = Math.max(sinceMs, nowMs - LOOKBACK_MS);
  const recent = buckets.filter((bucket) => bucket.lastAtMs > fromMs && timesOf(bucket).lastAtMs > sinceMs);
  const readings = recent
    .flatMap(({ last }) => (last.kind === "traffic-reading" && last.medium === "calls" ? [last] : []))
    .toSorted((one, other) => one.atMs - other.atMs);
  const told = recent.flatMap((bucket) => {
    const { last, count } = bucket;
    return last.kind === "call" && last.direction === "outbound" && last.happened !== "modified"
      ? [{ last, count, minute: minuteOf(bucket), heardAtMs: bucket.lastAtMs, ...timesOf(bucket) }]
      : [];
  });
  if (readings.length + told.length === 0) return null;
  const read = readings.flatMap(({ destinations, atMs, sinceMs: readFromMs }) =>
    destinations.map((one): Share => {
      return { ...one, atMs, firstAtMs: atMs, heardAtMs: atMs, minutes: Math.max(1, (atMs - readFromMs) / MINUTE_MS) };
    }),
  );
  const heard = new Map<string, Share[]>();
  for (const { last, lastAtMs, ...bucket } of told) {
    if (last.country === null || last.happened === "refused") continue;
    const share = { ...bucket, country: last.country, seconds: 0, spendUsd: null, atMs: lastAtMs, minutes: 1 };
    const shares = heard.get(last.happened);
    if (shares === undefined) heard.set(last.happened, [share]);
    else shares.push(share);
  }
  return {
    byCountry: volumesOf([read, ...heard.values()]),
    readings,
    isCut: readings.some(({ isCut }) => isCut === true),
    premium: told.filter(({ last }) => last.number !== null && isPremiumNumber(last.number)),
    spanMs: spanOf(readings),
  };
}

/** Of each country the way of counting that saw most of it. */
function volumesOf(ways: readonly (readonly Share[])[]): ReadonlyMap<string, CallVolume> {
  const countries = [...new Set(ways.flat().map(({ country }) => country))].sort();
  return new Map(
    countries
      .map((country) => {
        const volumes = ways.map((shares) => volumeOf(shares.filter((share) => share.country === country)));
        const most = volumes.reduce((best, volume) => (volume.calls > best.calls ? volume : best));
        const seen = volumes.filter(({ calls }) => calls > 0);
        return [
          country,
          {
            ...most,
            seconds: Math.max(...volumes.map(({ seconds }) => seconds)),
            spendUsd: seen.reduce<number | null>((spend, volume) => greater(spend, volume.spendUsd), null),
            firstAtMs: Math.min(...seen.map(({ firstAtMs }) => firstAtMs)),
            lastAtMs: Math.max(...seen.map(({ lastAtMs }) => lastAtMs)),
            heardAtMs: Math.max(...seen.map(({ heardAtMs }) => heardAtMs)),
          },
        ] as const;
      })
      .filter(([, { calls }]) => calls > 0),
  );
}

function volumeOf(shares: readonly Share[]): CallVolume {
  const priced = shares.flatMap(({ spendUsd }) => (spendUsd === null ? [] : [spendUsd]));
  return {
    calls: callsOf(shares),
    seconds: sum(shares.map(({ seconds }) => seconds)),
    spendUsd: priced.length === 0 ? null : sum(priced),
    firstAtMs: Math.min(...shares.map(({ firstAtMs }) => firstAtMs)),
    lastAtMs: Math.max(...shares.map(({ atMs }) => atMs)),
    heardAtMs: Math.max(...shares.map(({ heardAtMs }) => heardAtMs)),
    lastAboveMs: (perMinute) => {
      const above = shares.filter((share) => paceBefore(share, shares) > perMinute).map(({ heardAtMs }) => heardAtMs);
      return above.length === 0 ? null : Math.max(...above);
    },
  };
}

/** All that the readings of the last hour tell of, and of what is told one by one the fullest hour. */
function callsOf(shares: readonly Share[]): number {
  const told = shares.flatMap(({ minute, count }) => (minute === undefined ? [] : [{ minute, count }]));
  const read = shares.filter(({ minute }) => minute === undefined);
  return sum(read.map(({ count }) => count)) + mostWithin(HOUR_MINUTES, told);
}

/** Calls a minute in the ten minutes up to this share: calls come in groups, and one of them is no flood. */
function paceBefore({ atMs, minutes }: Share, shares: readonly Share[]): number {
  const before = shares.filter((share) => share.atMs <= atMs && share.atMs > atMs - PACE_MINUTES * MINUTE_MS);
  return sum(before.map(({ count }) => count)) / Math.max(PACE_MINUTES, minutes);
}

function greater(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
