import type { TrafficReadingSignal } from "../signal/contract.ts";
import type { Scene } from "./contract.ts";
import { hourOfLate, LOOKBACK_MS, MINUTE_MS, timesOf } from "./fold.ts";
import { isPremiumNumber } from "./fraud-destinations.ts";

/** Outbound calls of the last hour, as far as they were seen. */
export interface CallTraffic {
  /** Country -> calls. */
  readonly byCountry: ReadonlyMap<string, CallVolume>;
  /** Of the call log, oldest first. */
  readonly readings: readonly TrafficReadingSignal[];
  /** When calls to premium numbers were told: of each minute's calls the newest number is known. */
  readonly premiumAtMs: readonly number[];
  /** The log had more than was read of it: every count is a lower bound. */
  readonly isCut: boolean;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface CallVolume {
  readonly calls: number;
  readonly seconds: number;
  /** Of those that Twilio has priced; null: of none. */
  readonly spendUsd: number | null;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** When it was last seen that more came than so many in a minute. */
  lastAboveMs(perMinute: number): number | null;
}

const PACE_MINUTES = 10;

/** So many of a medium to one country at one moment, gathered over some time. */
interface Share {
  readonly country: string;
  readonly count: number;
  readonly seconds: number;
  readonly spendUsd: number | null;
  readonly atMs: number;
  readonly firstAtMs: number;
  readonly minutes: number;
}

/**
 * The call log and Event Streams tell of the same calls, so the greater number of both counts, never the sum; calls that are dialled
 * within calls or come through a trunk are in the log alone. What Event Streams tell late is counted by the hour in which it happened.
 * Null when neither tells of any.
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
      ? [{ last, count, hour: hourOfLate(bucket), ...timesOf(bucket) }]
      : [];
  });
  const times = [
    ...readings.map(({ atMs }) => atMs),
    ...told.flatMap(({ firstAtMs, lastAtMs }) => [firstAtMs, lastAtMs]),
  ];
  if (times.length === 0) return null;
  const read = readings.flatMap(({ destinations, atMs, sinceMs: readFromMs }) =>
    destinations.map((one): Share => {
      return { ...one, atMs, firstAtMs: atMs, minutes: Math.max(1, (atMs - readFromMs) / MINUTE_MS) };
    }),
  );
  const heard = new Map<string, Share[]>();
  for (const { last, count, hour, firstAtMs, lastAtMs } of told) {
    if (last.country === null || last.happened === "refused") continue;
    const share = { country: last.country, count, seconds: 0, spendUsd: null, atMs: lastAtMs, firstAtMs, minutes: 1 };
    const way = `${last.happened} ${hour ?? ""}`;
    const shares = heard.get(way);
    if (shares === undefined) heard.set(way, [share]);
    else shares.push(share);
  }
  return {
    byCountry: volumesOf([read, ...heard.values()]),
    readings,
    isCut: readings.some(({ isCut }) => isCut === true),
    premiumAtMs: told.flatMap(({ last, lastAtMs }) =>
      last.number !== null && isPremiumNumber(last.number) ? [lastAtMs] : [],
    ),
    firstAtMs: Math.min(...times),
    lastAtMs: Math.max(...times),
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
          },
        ] as const;
      })
      .filter(([, { calls }]) => calls > 0),
  );
}

function volumeOf(shares: readonly Share[]): CallVolume {
  const priced = shares.flatMap(({ spendUsd }) => (spendUsd === null ? [] : [spendUsd]));
  return {
    calls: sum(shares.map(({ count }) => count)),
    seconds: sum(shares.map(({ seconds }) => seconds)),
    spendUsd: priced.length === 0 ? null : sum(priced),
    firstAtMs: Math.min(...shares.map(({ firstAtMs }) => firstAtMs)),
    lastAtMs: Math.max(...shares.map(({ atMs }) => atMs)),
    lastAboveMs: (perMinute) => {
      const above = shares.filter((share) => paceBefore(share, shares) > perMinute).map(({ atMs }) => atMs);
      return above.length === 0 ? null : Math.max(...above);
    },
  };
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
