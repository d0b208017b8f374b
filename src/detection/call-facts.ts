import { quantity, usd } from "./amount.ts";
import { dayNumber, nameOfDay } from "./baseline/days.ts";
import { ordinaryDay } from "./baseline/expected.ts";
import type { CallTraffic, CallVolume } from "./call-traffic.ts";
import type { Evidence, Scene } from "./contract.ts";
import { MINUTE_MS } from "./fold.ts";
import { isFraudDestination } from "./fraud-destinations.ts";
import { atLeast, counted, countryName, listed, within } from "./phrase.ts";

/** Facts speak together: from this weight on it is an alert, from that one it is critical. */
export const ALERT_FROM = 3;
export const CRITICAL_FROM = 5;
export const SURE_FROM = 6;

/** In an hour, to a country of fraud that this account does not call. */
const FRAUD_FROM = { warning: 3, critical: 10 } as const;
/** Where history says that nobody calls there, two that follow each other so closely are no wrong number. */
const QUICK_MS = 5 * MINUTE_MS;
/** In an hour, to any other country that it does not call. */
const NEW_FROM = { warning: 15, critical: 60 } as const;
/** In an hour as many as in so many usual days, and never fewer than this. */
const USUAL_FROM = { days: 1, criticalDays: 3, calls: 30 } as const;
/** A busy hour has a sixth of its day. */
const BUSY_HOURS = 6;
/** Below this nobody knows which countries are usual, nor how often they are called. */
const KNOWN_FROM_DAYS = 7;

const LONG_CALLS_FROM = 3;
const MANY_LONG_CALLS = 10;
/** Simultaneous calls: so many times a busy hour's, and never fewer than this. */
const LIVE_FROM = { times: 5, calls: 15 } as const;
const PREMIUM_USD_PER_MINUTE = 0.4;
const PREMIUM_FROM_USD = 2;
const NEIGHBOURS_FROM = 10;

/** Categories that hold outbound calls, whichever way they leave: API, `<Dial>`, SIP, trunk. */
export const VOICE: readonly string[] = [
  "calls-outbound",
  "calls-sip-outbound",
  "trunking-termination",
  "pstnconnectivity-outbound",
  "calls-client",
];

/** One thing that speaks for toll fraud. */
export interface CallFact {
  readonly weight: number;
  /** A clause of the sentence. */
  readonly says: string;
  readonly evidence: readonly Evidence[];
  readonly countries: readonly string[];
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly spendUsd: number;
}

/** Whether it is ordinary for this account to call there; null: nobody knows. */
function isOrdinary(country: string, { baseline, settings }: Scene): boolean | null {
  if (settings.allowedCountries.includes(country)) return true;
  if (baseline?.destinations.some((one) => one.medium === "calls" && one.country === country) === true) return true;
  return knowsDestinations({ baseline, settings }) ? false : null;
}

/** Whether a country that is missing among the usual ones means something. */
export function knowsDestinations({ baseline, settings }: Pick<Scene, "baseline" | "settings">): boolean {
  return (baseline?.destinationDays ?? 0) >= KNOWN_FROM_DAYS || settings.allowedCountries.length > 0;
}

/** How much was seen of it. */
interface Seen {
  /** Before a count. */
  readonly least: string;
  /** After it. */
  readonly within: string;
}

export function destinationFacts({ byCountry, isCut, spanMs }: CallTraffic, scene: Scene): readonly CallFact[] {
  const seen: Seen = { least: atLeast(isCut), within: within(spanMs) };
  const groups: Record<"fraud" | "new" | "usual", [string, CallVolume][]> = { fraud: [], new: [], usual: [] };
  for (const [country, volume] of byCountry) {
    const ordinary = isOrdinary(country, scene);
    if (ordinary === true) groups.usual.push([country, volume]);
    else if (isFraudDestination(country)) groups.fraud.push([country, volume]);
    else if (ordinary === false) groups.new.push([country, volume]);
  }
  return [
    ...strangeFact(
      groups.fraud,
      FRAUD_FROM,
      "a known destination of toll fraud",
      "known destinations of toll fraud",
      areQuick(groups.fraud, scene),
      seen,
    ),
    ...strangeFact(
      groups.new,
      NEW_FROM,
      "where this account does not call",
      "where this account does not call",
      false,
      seen,
    ),
    ...groups.usual.flatMap(([country, volume]) => usualFact(country, volume, scene, seen)),
  ];
}

function areQuick(places: readonly (readonly [string, CallVolume])[], scene: Scene): boolean {
  const calls = places.reduce((total, [, volume]) => total + volume.calls, 0);
  const firstAtMs = Math.min(...places.map(([, volume]) => volume.firstAtMs));
  const lastAtMs = Math.max(...places.map(([, volume]) => volume.lastAtMs));
  return calls >= 2 && lastAtMs - firstAtMs <= QUICK_MS && knowsDestinations(scene);
}

function strangeFact(
  places: readonly (readonly [string, CallVolume])[],
  from: { readonly warning: number; readonly critical: number },
  what: string,
  whatMany: string,
  isQuick: boolean,
  seen: Seen,
): readonly CallFact[] {
  const calls = places.reduce((total, [, volume]) => total + volume.calls, 0);
  if (calls < from.warning && !isQuick) return [];
  const most = places.toSorted(([, one], [, other]) => other.calls - one.calls);
  const names = most.slice(0, 3).map(([country]) => countryName(country));
  return [
    {
      weight: calls >= from.critical ? CRITICAL_FROM : ALERT_FROM,
      says: `${seen.least}${counted(calls, "call")} went to ${listed(names)}${most.length > names.length ? " and elsewhere" : ""} ${seen.within}, ${most.length > 1 ? whatMany : what}`,
      evidence: most.slice(0, 3).map(([country, volume]) => callsEvidence(country, volume, "usually none", seen)),
      countries: most.map(([country]) => country),
      firstAtMs: Math.min(...most.map(([, volume]) => volume.firstAtMs)),
      lastAtMs: Math.max(...most.map(([, volume]) => volume.heardAtMs)),
      spendUsd: most.reduce((total, [, { spendUsd }]) => total + (spendUsd ?? 0), 0),
    },
  ];
}

function usualFact(
  country: string,
  volume: CallVolume,
  { baseline, settings }: Scene,
  seen: Seen,
): readonly CallFact[] {
  const known = baseline?.destinations.find((one) => one.medium === "calls" && one.country === country);
  if (known === undefined || (baseline?.destinationDays ?? 0) < KNOWN_FROM_DAYS) return [];
  // A factor of two is a usual day's calls within one hour: six times a busy one.
  const day = Math.max(USUAL_FROM.calls, (known.perDay * settings.spikeFactor) / 2);
  if (volume.calls < USUAL_FROM.days * day) return [];
  const perMinute = known.perDay / BUSY_HOURS / 60;
  const usual = `usually ${quantity(Math.round(known.perDay))} on a whole day`;
  return [
    {
      weight: volume.calls >= USUAL_FROM.criticalDays * day ? CRITICAL_FROM : ALERT_FROM,
      says: `${seen.least}${counted(volume.calls, "call")} went to ${countryName(country)} ${seen.within}, ${usual}`,
      evidence: [callsEvidence(country, volume, usual, seen)],
      countries: [country],
      // Ordinary calls go on while people work on it, and after: they are no news of it.
      firstAtMs: volume.firstAtMs,
      lastAtMs: volume.lastAboveMs(perMinute * settings.spikeFactor) ?? volume.firstAtMs,
      spendUsd: volume.spendUsd ?? 0,
    },
  ];
}

function callsEvidence(country: string, { calls, seconds, spendUsd }: CallVolume, usual: string, seen: Seen): Evidence {
  const minutes = seconds >= 60 ? `, ${quantity(Math.round(seconds / 60))} minutes` : "";
  const money = spendUsd === null || spendUsd < 0.01 ? "" : `, ${usd(Math.round(spendUsd * 100) / 100)}`;
  return {
    label: `Calls to ${countryName(country)}`,
    value: `${seen.least}${quantity(calls)} ${seen.within}${minutes}${money}; ${usual}`,
  };
}

/** How the calls are made. Each is ordinary for somebody: they bear the rest out, or speak together. */
export function mannerFacts(traffic: CallTraffic, scene: Scene): readonly CallFact[] {
  return [
    ...liveFact(traffic, scene),
    ...longFact(traffic),
    ...premiumFact(traffic),
    ...neighbourFact(traffic),
    ...priceFact(traffic),
  ];
}

function manner(weight: number, says: string, label: string, value: string, times: readonly number[]): CallFact {
  const span = { firstAtMs: Math.min(...times), lastAtMs: Math.max(...times) };
  return { weight, says, evidence: [{ label, value }], countries: [], spendUsd: 0, ...span };
}

function liveFact({ readings }: CallTraffic, scene: Scene): readonly CallFact[] {
  const from = Math.max(LIVE_FROM.calls, LIVE_FROM.times * usualLive(scene));
  const many = readings.filter(({ live }) => live >= from);
  if (many.length === 0) return [];
  const most = quantity(Math.max(...many.map(({ live }) => live)));
  return [manner(2, `${most} calls were up at the same time`, "Calls at the same time", most, timesOf(many))];
}

function longFact({ readings }: CallTraffic): readonly CallFact[] {
  const long = readings.filter(({ longCalls }) => longCalls >= LONG_CALLS_FROM);
  if (long.length === 0) return [];
  const most = Math.max(...long.map(({ longCalls }) => longCalls));
  const longest = Math.max(...long.map(({ longestSeconds }) => longestSeconds));
  const value = `${quantity(most)}, the longest ${quantity(Math.round(longest / 60))} minutes`;
  const weight = most >= MANY_LONG_CALLS ? 2 : 1;
  return [manner(weight, `${quantity(most)} calls are very long`, "Long calls", value, timesOf(long))];
}

function premiumFact({ premium }: CallTraffic): readonly CallFact[] {
  if (premium.length === 0) return [];
  const value = `called in ${counted(premium.length, "minute")}`;
  const times = premium.flatMap(({ firstAtMs, heardAtMs }) => [firstAtMs, heardAtMs]);
  return [manner(2, "premium numbers are called", "Premium numbers", value, times)];
}

function neighbourFact({ readings }: CallTraffic): readonly CallFact[] {
  const near = readings.flatMap((reading) =>
    reading.neighbours !== null && reading.neighbours.numbers >= NEIGHBOURS_FROM
      ? [{ ...reading.neighbours, atMs: reading.atMs }]
      : [],
  );
  const [most] = near.toSorted((one, other) => other.numbers - one.numbers || (one.block < other.block ? -1 : 1));
  if (most === undefined) return [];
  const value = `${quantity(most.numbers)} in ${most.block} (${countryName(most.country)})`;
  const says = `${quantity(most.numbers)} of the numbers are neighbours`;
  return [manner(1, says, "Neighbouring numbers", value, timesOf(near))];
}

function priceFact({ byCountry }: CallTraffic): readonly CallFact[] {
  const dear = [...byCountry]
    .flatMap(([country, { spendUsd, seconds, heardAtMs }]) =>
      spendUsd !== null && spendUsd >= PREMIUM_FROM_USD && seconds > 0
        ? [{ country, perMinute: (spendUsd * 60) / seconds, heardAtMs }]
        : [],
    )
    .filter(({ perMinute }) => perMinute >= PREMIUM_USD_PER_MINUTE)
    .sort((one, other) => other.perMinute - one.perMinute || (one.country < other.country ? -1 : 1));
  const [most] = dear;
  if (most === undefined) return [];
  const price = usd(Math.round(most.perMinute * 100) / 100);
  const name = countryName(most.country);
  return [manner(1, `a minute to ${name} costs ${price}`, "Price", `${name}: ${price} a minute`, [most.heardAtMs])];
}

function timesOf(seen: readonly { readonly atMs: number }[]): readonly number[] {
  return seen.map(({ atMs }) => atMs);
}

/** Calls that are up at the same time in a busy hour. */
function usualLive({ baseline, nowMs }: Scene): number {
  if (baseline === null) return 0;
  const today = nameOfDay(dayNumber(nowMs));
  const minutes = VOICE.reduce((total, category) => total + ordinaryDay(baseline, category, today).units, 0);
  return minutes / BUSY_HOURS / 60;
}
