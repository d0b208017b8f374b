import { quantity, usd } from "./amount.ts";
import type { Alert, Confidence, Evidence, Rule, Scene } from "./contract.ts";
import { codesEvidence, type ErrorStory, type Errors, errorsIn, severityOfBurst, worstBurst } from "./error-story.ts";
import { timesOf } from "./fold.ts";
import { DELIVERY_ERRORS, type MessageTraffic, messageTraffic, type Volume } from "./message-traffic.ts";
import { moneyOf } from "./money.ts";
import { atLeast, capitalised, countryName, listed, percent, within } from "./phrase.ts";
import { DESTINATIONS_KNOWN_FROM_DAYS, isStrangeToMessages } from "./pumping-destinations.ts";
import { dedupKey } from "./threats.ts";

/** Twilio's own protection stopped messages: it says what it is. https://www.twilio.com/docs/api/errors/30450 */
export const pumpingBlocksStory: ErrorStory = {
  threat: "messaging-pumping",
  codes: ["30450", "30453"],
  warningFrom: 5,
  criticalFrom: 50,
  noun: "messages stopped by SMS Pumping Protection",
  meaning: "numbers that earn by every message are written to",
  category: "sms-outbound",
};

/** What lists of made-up numbers run into, and every list a little: they prove nothing alone. */
const MANY_LIST_ERRORS = 10;

/** In an hour, to a country that is neither allowed nor usual. */
const NEW_COUNTRY_FROM = 20;
/** The same, without anything else that speaks against it. */
const NEW_COUNTRY_ALONE_FROM = 100;
/** In an hour, to a country that is usual. */
const USUAL_COUNTRY_FROM = 50;
/** A busy hour has a sixth of its day. */
const BUSY_HOURS = 6;
/** Within five minutes, to such a country: people must hear of it before an hour is over. */
const FLOOD_FROM = 15;

/** A campaign to a real list fills no block of a thousand numbers: it is both many and much of the traffic. */
const NEIGHBOURS_FROM = 10;
const NEIGHBOURS_SHARE = 0.1;

const POOR_DELIVERY_FROM = 20;
const POOR_DELIVERY_SHARE = 0.3;

/** Facts speak together: from this weight on it is an alert, from that one it is critical. */
const ALERT_FROM = 3;
const CRITICAL_FROM = 5;
const SURE_FROM = 6;

interface Fact {
  readonly weight: number;
  /** A clause of the sentence. */
  readonly says: string;
  readonly evidence: readonly Evidence[];
  readonly countries: readonly string[];
}

/** Messages to numbers that earn by them: many to one country or one block of numbers, few of them delivered. */
export const messagingPumping: Rule = {
  id: "messaging-pumping",
  evaluate(scene) {
    const errors = errorsIn(scene.buckets, scene.nowMs);
    const blocks = errors.filter(({ code }) => pumpingBlocksStory.codes.includes(code));
    const listErrors = errors.filter(({ code }) => DELIVERY_ERRORS.includes(code));
    const traffic = messageTraffic(scene.buckets, scene.nowMs);
    const unusual = traffic === undefined ? [] : unusualVolumes(traffic, scene);
    const facts = [
      ...blocked(blocks),
      ...(traffic === undefined
        ? []
        : [...volumes(unusual, traffic), ...neighbourly(traffic), ...poorlyDelivered(traffic)]),
    ];
    // Errors of the list alone are what every careless campaign makes: they only bear out the rest.
    if (facts.length > 0) facts.push(...filtered(listErrors));
    const weight = facts.reduce((total, fact) => total + fact.weight, 0);
    if (weight < ALERT_FROM) return [];
    return [alertOf(scene, facts, weight, { blocks, traffic, unusual })];
  },
};

function blocked(blocks: readonly Errors[]): readonly Fact[] {
  const burst = worstBurst(blocks.flatMap(({ buckets }) => buckets));
  const severity = severityOfBurst(pumpingBlocksStory, burst);
  if (severity === undefined) return [];
  return [
    {
      weight: severity === "critical" ? CRITICAL_FROM : ALERT_FROM,
      says: `${quantity(burst)} messages were stopped by SMS Pumping Protection within 5 minutes`,
      evidence: codesEvidence(blocks),
      countries: [],
    },
  ];
}

interface Unusual {
  readonly country: string;
  readonly volume: Volume;
  readonly isNew: boolean;
  /** Messages of an ordinary busy hour. */
  readonly usual: number;
}

function unusualVolumes(traffic: MessageTraffic, scene: Scene): readonly Unusual[] {
  return [...traffic.byCountry]
    .map(([country, volume]) => ({
      country,
      volume,
      isNew: isStrangeToMessages(country, scene),
      usual: usualOfHour(country, scene),
    }))
    .filter(({ volume, isNew, usual }) =>
      isNew
        ? volume.messages >= NEW_COUNTRY_FROM || volume.burst >= FLOOD_FROM
        : volume.messages >= USUAL_COUNTRY_FROM && volume.messages > usual * scene.settings.spikeFactor,
    )
    .sort((one, other) => Number(other.isNew) - Number(one.isNew) || other.volume.messages - one.volume.messages);
}

/** While nothing is known of ordinary days, any number of messages may be usual. */
function usualOfHour(country: string, { baseline }: Scene): number {
  if (baseline === null || baseline.destinationDays < DESTINATIONS_KNOWN_FROM_DAYS) return Number.POSITIVE_INFINITY;
  const known = baseline.destinations.find((one) => one.medium === "messages" && one.country === country);
  return known === undefined ? Number.POSITIVE_INFINITY : known.perDay / BUSY_HOURS;
}

function volumes(unusual: readonly Unusual[], { isCut, spanMs }: MessageTraffic): readonly Fact[] {
  const [most] = unusual;
  if (most === undefined) return [];
  const { country, volume, isNew, usual } = most;
  const isFlood = isNew && volume.burst >= FLOOD_FROM;
  const least = atLeast(isCut);
  const usually = isNew ? "where none are usual" : `usually at most ${quantity(Math.ceil(usual))}`;
  return [
    {
      weight: isFlood || (isNew && volume.messages >= NEW_COUNTRY_ALONE_FROM) ? ALERT_FROM : 2,
      says: `${least}${quantity(volume.messages)} messages went to ${countryName(country)} ${within(spanMs)}, ${usually}`,
      evidence: unusual.slice(0, 3).map((one) => ({
        label: `Messages to ${countryName(one.country)}`,
        value: `${least}${quantity(one.volume.messages)} ${within(spanMs)}${one.volume.spendUsd === null ? "" : `, ${usd(one.volume.spendUsd)}`}`,
      })),
      countries: unusual.map((one) => one.country),
    },
  ];
}

function neighbourly({ neighbours, total }: MessageTraffic): readonly Fact[] {
  if (neighbours === null || neighbours.numbers < NEIGHBOURS_FROM || neighbours.numbers < total * NEIGHBOURS_SHARE)
    return [];
  const { block, numbers, country } = neighbours;
  return [
    {
      weight: 2,
      says: `${quantity(numbers)} of the numbers are neighbours`,
      evidence: [
        { label: "Neighbouring numbers", value: `${quantity(numbers)} in ${block} (${countryName(country)})` },
      ],
      countries: [country],
    },
  ];
}

function poorlyDelivered({ lost, total, spanMs }: MessageTraffic): readonly Fact[] {
  if (lost < POOR_DELIVERY_FROM || lost < total * POOR_DELIVERY_SHARE) return [];
  const share = percent(lost / Math.max(total, lost));
  return [
    {
      weight: 1,
      says: `${share} of the messages reached nobody`,
      evidence: [
        { label: "Not delivered", value: `${quantity(lost)} of ${quantity(Math.max(total, lost))} ${within(spanMs)}` },
      ],
      countries: [],
    },
  ];
}

function filtered(errors: readonly Errors[]): readonly Fact[] {
  if (worstBurst(errors.flatMap(({ buckets }) => buckets)) < MANY_LIST_ERRORS) return [];
  return [{ weight: 1, says: "carriers refuse many of them", evidence: codesEvidence(errors), countries: [] }];
}

function alertOf(
  { accountSid }: Scene,
  facts: readonly Fact[],
  weight: number,
  {
    blocks,
    traffic,
    unusual,
  }: {
    readonly blocks: readonly Errors[];
    readonly traffic: MessageTraffic | undefined;
    readonly unusual: readonly Unusual[];
  },
): Alert {
  const buckets = blocks.flatMap((one) => one.buckets);
  // Ordinary messages go on while people work on it, and after: they are no news of it.
  const seenAtMs =
    unusual.length > 0
      ? unusual.map(({ volume }) => volume.heardAtMs)
      : traffic === undefined
        ? []
        : [traffic.heardAtMs];
  const spentUsd = unusual.reduce((total, { volume }) => total + (volume.spendUsd ?? 0), 0);
  const confidence: Confidence =
    blocks.length > 0 || weight >= SURE_FROM ? "high" : weight >= CRITICAL_FROM ? "medium" : "low";
  return {
    dedupKey: dedupKey(accountSid, pumpingBlocksStory.threat),
    accountSid,
    threat: pumpingBlocksStory.threat,
    severity: weight >= CRITICAL_FROM ? "critical" : "warning",
    summary: `${capitalised(listed(facts.slice(0, 3).map(({ says }) => says)))}.`,
    evidence: facts.flatMap(({ evidence }) => evidence).slice(0, 10),
    firstSignalAtMs: Math.min(
      ...buckets.map((bucket) => timesOf(bucket).firstAtMs),
      ...(traffic === undefined ? [] : [traffic.firstAtMs]),
    ),
    lastSignalAtMs: Math.max(...buckets.map(({ lastAtMs }) => lastAtMs), ...seenAtMs),
    reportedTodayUsd: null,
    category: "sms-outbound",
    countries: [...new Set(facts.flatMap(({ countries }) => countries))],
    confidence,
    ...(spentUsd > 0 && traffic !== undefined && { money: moneyOf(spentUsd, traffic) }),
    ...(traffic?.neighbours && { affectedNumbers: traffic.neighbours.numbers }),
  };
}
