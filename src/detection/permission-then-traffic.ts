import type { ChangeSignal } from "../signal/contract.ts";
import { quantity } from "./amount.ts";
import { callTraffic } from "./call-traffic.ts";
import type { Alert, Evidence, Rule, Scene } from "./contract.ts";
import { recentSeries, timesOf } from "./fold.ts";
import { isFraudDestination } from "./fraud-destinations.ts";
import { messageTraffic } from "./message-traffic.ts";
import { moneyOf } from "./money.ts";
import { oursAmong } from "./ours.ts";
import { atLeast, capitalised, countryName, gmt, listed, within } from "./phrase.ts";
import { dedupKey } from "./threats.ts";

const OPENED = "permission-opened";

/** So much after the opening is no test call of whoever opened it. */
const TRAFFIC_FROM = { calls: 3, messages: 10 } as const;
/** To a country that is usual: so many times a busy hour, which has a sixth of its day. */
const RISING_TIMES = 2;
const BUSY_HOURS = 6;
/** Each is compared with all the traffic after it: whoever opens countries in a loop does not hold us up. */
const MOST_OPENINGS = 50;
/** A card names this many countries. */
const MAX_NAMES = 5;

/** What each kind of permission lets out. */
const MEDIA = [
  { medium: "calls", types: ["voice-geographic-permissions."], threat: "toll-fraud", category: "calls-outbound" },
  { medium: "messages", types: ["sms-geographic-permissions."], threat: "messaging-pumping", category: "sms-outbound" },
] as const;
type Medium = (typeof MEDIA)[number];

interface Opening {
  readonly change: ChangeSignal;
  readonly kind: Medium;
  /** That are not allowed anyway. Empty: Twilio does not say which. */
  readonly countries: readonly string[];
}

/**
 * Somebody opened a country, and it was not Tollgate. Alone that is a warning; with traffic that follows it is the fraud itself, and one
 * incident carries both facts.
 */
export const permissionThenTraffic: Rule = {
  id: "permission-then-traffic",
  evaluate(scene) {
    const openings = openingsIn(scene);
    return MEDIA.flatMap((kind) => {
      const ofKind = firstOfEach(openings.filter((opening) => opening.kind === kind)).slice(0, MOST_OPENINGS);
      const followed = ofKind.flatMap((opening) => followedBy(opening, scene));
      if (followed.length > 0) return [fraudAlert(kind, followed, scene)];
      return ofKind.length > 0 ? [openedAlert(kind, ofKind, scene)] : [];
    });
  },
};

/** What was opened, closed and opened again is one opening: the first. */
function firstOfEach(openings: readonly Opening[]): readonly Opening[] {
  const known = new Map<string, Opening>();
  for (const opening of openings) {
    const key = opening.countries.join(" ");
    if (!known.has(key)) known.set(key, opening);
  }
  return [...known.values()];
}

/** Oldest first. */
function openingsIn({ buckets, ours, settings, nowMs }: Scene): readonly Opening[] {
  const changes = [...recentSeries(buckets, nowMs).values()]
    .flat()
    .flatMap(({ last }) => (last.kind === "change" ? [last] : []));
  const explained = oursAmong(changes, ours);
  return changes
    .filter((change) => change.isOpening === true && change.source !== "twilio" && !explained.has(change))
    .flatMap((change): readonly Opening[] => {
      const kind = MEDIA.find(({ types }) => types.some((type) => change.type.startsWith(type)));
      const countries = change.countries.filter((country) => !settings.allowedCountries.includes(country));
      // What policy allows may be opened.
      if (kind === undefined || (countries.length === 0 && change.countries.length > 0)) return [];
      return [{ change, kind, countries: [...new Set(countries)].sort() }];
    })
    .sort(
      (one, other) => one.change.atMs - other.change.atMs || (one.change.eventSid < other.change.eventSid ? -1 : 1),
    );
}

interface Traffic {
  readonly country: string;
  readonly count: number;
  readonly usual: number | null;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly spendUsd: number;
  readonly isCut: boolean;
  readonly spanMs: number;
}

interface Followed {
  readonly opening: Opening;
  /** Most first. */
  readonly traffic: readonly Traffic[];
}

function followedBy(opening: Opening, scene: Scene): readonly Followed[] {
  const { kind, change, countries } = opening;
  const traffic = trafficSince(kind.medium, change.atMs, scene)
    .filter(({ country }) =>
      countries.length > 0 ? countries.includes(country) : isStrange(country, kind.medium, scene),
    )
    .map((one) => ({ ...one, usual: usualPerDay(one.country, kind.medium, scene) }))
    .filter(({ count, usual }) => count > RISING_TIMES * ((usual ?? 0) / BUSY_HOURS))
    .sort((one, other) => other.count - one.count || (one.country < other.country ? -1 : 1));
  const total = traffic.reduce((sum, { count }) => sum + count, 0);
  return total >= TRAFFIC_FROM[kind.medium] ? [{ opening, traffic }] : [];
}

/** Of the last hour, and after that moment. */
function trafficSince(medium: Medium["medium"], sinceMs: number, scene: Scene): readonly Omit<Traffic, "usual">[] {
  if (medium === "calls") {
    const traffic = callTraffic(scene, sinceMs);
    if (traffic === null) return [];
    const { byCountry, isCut, spanMs } = traffic;
    return [...byCountry].map(([country, { calls, firstAtMs, heardAtMs, spendUsd }]) => {
      return { country, count: calls, firstAtMs, lastAtMs: heardAtMs, spendUsd: spendUsd ?? 0, isCut, spanMs };
    });
  }
  const after = scene.buckets.filter((bucket) => timesOf(bucket).lastAtMs > sinceMs);
  const traffic = messageTraffic(after, scene.nowMs);
  if (traffic === undefined) return [];
  return [...traffic.byCountry].map(([country, { messages, heardAtMs, spendUsd }]) => {
    return {
      country,
      count: messages,
      firstAtMs: Math.min(traffic.firstAtMs, heardAtMs),
      lastAtMs: heardAtMs,
      spendUsd: spendUsd ?? 0,
      isCut: traffic.isCut,
      spanMs: traffic.spanMs,
    };
  });
}

function usualPerDay(country: string, medium: Medium["medium"], { baseline }: Scene): number | null {
  return baseline?.destinations.find((one) => one.medium === medium && one.country === country)?.perDay ?? null;
}

/** When nobody knows which country was opened, only those count that earn by fraud and that this account does not reach. */
function isStrange(country: string, medium: Medium["medium"], scene: Scene): boolean {
  return (
    isFraudDestination(country) &&
    usualPerDay(country, medium, scene) === null &&
    !scene.settings.allowedCountries.includes(country)
  );
}

function fraudAlert(kind: Medium, followed: readonly Followed[], { accountSid }: Scene): Alert {
  const traffic = [...new Map(followed.flatMap((one) => one.traffic).map((one) => [one.country, one])).values()];
  const openings = followed.map(({ opening }) => opening);
  const [first] = openings;
  const isCut = traffic.some((one) => one.isCut);
  const spanMs = Math.max(...traffic.map((one) => one.spanMs));
  const count = `${atLeast(isCut)}${quantity(traffic.reduce((sum, one) => sum + one.count, 0))}`;
  const spendUsd = Math.round(traffic.reduce((sum, one) => sum + one.spendUsd, 0) * 100) / 100;
  const when = first === undefined ? "" : ` at ${gmt(first.change.atMs)}`;
  return {
    dedupKey: dedupKey(accountSid, kind.threat),
    accountSid,
    threat: kind.threat,
    severity: "critical",
    summary: `${capitalised(namesOf(openings))} opened for ${kind.medium}${when}, not by Tollgate, and ${count} ${kind.medium} went there ${within(spanMs)}.`,
    evidence: [
      ...openings.slice(0, 3).map(openingEvidence),
      ...traffic.slice(0, 3).map(({ country, count: some, usual }): Evidence => {
        const usually = usual === null ? "usually none" : `usually ${quantity(Math.round(usual))} a day`;
        return {
          label: `${capitalised(kind.medium)} to ${countryName(country)}`,
          value: `${atLeast(isCut)}${quantity(some)} since it was opened; ${usually}`,
        };
      }),
    ],
    firstSignalAtMs: Math.min(
      ...traffic.map(({ firstAtMs }) => firstAtMs),
      ...openings.map(({ change }) => change.atMs),
    ),
    lastSignalAtMs: Math.max(...traffic.map(({ lastAtMs }) => lastAtMs)),
    reportedTodayUsd: null,
    category: kind.category,
    countries: traffic.map(({ country }) => country),
    confidence: "high",
    ...(spendUsd > 0 && { money: moneyOf(spendUsd, { isCut, spanMs }) }),
  };
}

function openedAlert(kind: Medium, openings: readonly Opening[], { accountSid }: Scene): Alert {
  const countries = [...new Set(openings.flatMap((opening) => opening.countries))].sort();
  const times = openings.map(({ change }) => change.atMs);
  return {
    dedupKey: dedupKey(accountSid, OPENED),
    accountSid,
    threat: OPENED,
    severity: "warning",
    summary: `${capitalised(namesOf(openings))} opened for ${kind.medium} at ${gmt(Math.max(...times))}, and Tollgate did not do it: no ${kind.medium} went there yet.`,
    evidence: openings.slice(-MAX_NAMES).map(openingEvidence),
    firstSignalAtMs: Math.min(...times),
    lastSignalAtMs: Math.max(...times),
    reportedTodayUsd: null,
    category: null,
    countries,
    confidence: countries.some(isFraudDestination) ? "medium" : "low",
  };
}

/** `Latvia was`, `Latvia and Chad were`. */
function namesOf(openings: readonly Opening[]): string {
  const countries = [...new Set(openings.flatMap((opening) => opening.countries))].sort();
  if (countries.length === 0) return "a country was";
  const names = countries.slice(0, MAX_NAMES).map(countryName);
  const more = countries.length - names.length;
  return `${listed(more > 0 ? [...names, `${more} more`] : names)} ${countries.length === 1 ? "was" : "were"}`;
}

function openingEvidence({ change, kind, countries }: Opening): Evidence {
  const names = countries.length === 0 ? "a country" : listed(countries.slice(0, MAX_NAMES).map(countryName));
  const by = change.actorSid === null ? [] : [`by ${change.actorSid}`];
  const from = change.address === null ? [] : [`from ${change.address}`];
  return { label: `Opened for ${kind.medium}`, value: [names, gmt(change.atMs), ...by, ...from].join(", ") };
}
