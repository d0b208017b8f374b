import { quantity, usd } from "./amount.ts";
import type { AccountBaseline } from "./baseline/contract.ts";
import { dayNumber, nameOfDay } from "./baseline/days.ts";
import type { Alert, Confidence, DetectionSettings, Evidence, Rule, Scene, Severity, Threat } from "./contract.ts";
import { grouped } from "./grouped.ts";
import { type Limits, type Spike, spikeOf, timesUsualByNow } from "./spike.ts";
import { dedupKey } from "./threats.ts";
import { meaningOf, TOTAL } from "./usage-categories.ts";
import { type DayReadings, usageReadings } from "./usage-readings.ts";

/** Below this nobody knows what is usual: an account that begins may begin with anything below a high floor. */
export const KNOWN_FROM_DAYS = 7;
const NEW_ACCOUNT_FLOORS = 20;
/** What strangers earn nothing by (numbers, recordings, storage) is billed in lumps. */
const OTHER = { factors: 1.5, floors: 5, ofHighestDay: 1.5 } as const;

const CRITICAL_FACTORS = 2;
const CRITICAL_FLOORS = 10;
/** A campaign lifts all that an account uses alike; who steals takes one product, and takes much. */
const CAMPAIGN_UP_TO_TIMES = 4;
const BUSY_FROM_TIMES = 1.4;
/** A product that is small beside the one that spikes tells nothing of the whole. */
const TELLING_SHARE = 0.1;
/** A category that holds so much of the total's excess explains it. */
const EXPLAINS_FROM = 0.5;
const NEARLY_ALL = 0.8;
const SURE_FROM_TIMES = 5;

/** More money than usual: in a category, or in total when no category explains it. */
export const spendSpike: Rule = {
  id: "spend-spike",
  evaluate(scene) {
    return [...grouped(usageReadings(scene), ({ day }) => day).values()].flatMap((ofDay) => {
      const spikes = ofDay.flatMap((readings) => spikeIn(readings, scene) ?? []);
      return spikes.length === 0 ? [] : alertsOf(spikes, isBusyDay(ofDay, spikes, scene), scene);
    });
  },
};

function spikeIn(readings: DayReadings, { baseline, settings }: Scene): Spike | null {
  const known = baseline !== null && baseline.days >= KNOWN_FROM_DAYS ? baseline : null;
  const limits = limitsFor(readings.category, settings, known);
  if (known === null)
    return meaningOf(readings.category).isFraudProne ? spikeOf(readings, NOTHING_KNOWN, limits) : null;
  return spikeOf(readings, known, limits);
}

const NOTHING_KNOWN: AccountBaseline = {
  builtAtMs: 0,
  days: 0,
  categories: {},
  destinations: [],
  destinationDays: 0,
  addresses: [],
};

function limitsFor(category: string, settings: DetectionSettings, baseline: AccountBaseline | null): Limits {
  const { baseline: mode, spikeFloorUsd: floorUsd } = settings;
  const factor = settings.spikeFactor;
  if (baseline === null) return { mode, factor, floorUsd: floorUsd * NEW_ACCOUNT_FLOORS };
  if (meaningOf(category).isFraudProne) return { mode, factor, floorUsd };
  const highestUsd = baseline.categories[category]?.highestDay.spendUsd ?? 0;
  return {
    mode,
    factor: factor * OTHER.factors,
    floorUsd: Math.max(floorUsd * OTHER.floors, highestUsd * OTHER.ofHighestDay),
  };
}

/** Of one day: one alert for each threat, or one of the whole account when everything rises alike. */
function alertsOf(spikes: readonly Spike[], isBusy: boolean, scene: Scene): readonly Alert[] {
  const total = spikes.find(({ readings }) => readings.category === TOTAL);
  const parts = spikes.filter((spike) => spike !== total && !isOfAnother(spike, spikes));
  const threats = grouped(parts, ({ readings }) => meaningOf(readings.category).threat);
  const leaders = [...threats].map(([threat, same]) => ({ threat, same, lead: leaderOf(same) }));
  const isCampaign = (threats.size > 1 || isBusy) && parts.every((spike) => timesUsual(spike) < CAMPAIGN_UP_TO_TIMES);
  // Products that are only nearly as busy are no news of their own: when it is much in all, the whole account is named.
  if (isBusy && isCampaign && total === undefined) return [];
  if (total !== undefined && isCampaign) {
    return [
      alertOf(
        total,
        leaders.map(({ lead }) => lead),
        meaningOf(TOTAL).threat,
        scene,
      ),
    ];
  }
  const explainedUsd = leaders.reduce((sum, { lead }) => sum + lead.excessUsd, 0);
  const isExplained = total === undefined || explainedUsd >= EXPLAINS_FROM * total.excessUsd;
  return [
    ...leaders.map(({ threat, same, lead }) =>
      alertOf(
        lead,
        same.filter((spike) => spike !== lead),
        threat,
        scene,
      ),
    ),
    ...(isExplained ? [] : [alertOf(total, [], meaningOf(TOTAL).threat, scene)]),
  ];
}

/** Whether the other products of the account are busier than usual too: then its day is busy, and nobody steals one of them. */
function isBusyDay(ofDay: readonly DayReadings[], spikes: readonly Spike[], { baseline, settings }: Scene): boolean {
  if (baseline === null) return false;
  const spiking = new Set(spikes.map(({ readings }) => meaningOf(readings.category).threat));
  const others = ofDay.flatMap((readings) => {
    const { threat, isFraudProne } = meaningOf(readings.category);
    if (readings.category === TOTAL || !isFraudProne || spiking.has(threat)) return [];
    return timesUsualByNow(readings, baseline, settings.baseline) ?? [];
  });
  const largestUsd = Math.max(0, ...spikes.map(({ usualDayUsd }) => usualDayUsd));
  const telling = others.filter(({ usualDayUsd }) => usualDayUsd >= TELLING_SHARE * largestUsd);
  return telling.length > 0 && telling.every(({ times }) => times >= BUSY_FROM_TIMES);
}

/** `calls` holds calls that come in, too: where these explain it, it is no second threat about the same money. */
function isOfAnother({ readings: { category }, excessUsd }: Spike, spikes: readonly Spike[]): boolean {
  return spikes.some(
    (part) =>
      part.readings.category.startsWith(`${category}-`) &&
      meaningOf(part.readings.category).threat !== meaningOf(category).threat &&
      part.excessUsd >= NEARLY_ALL * excessUsd,
  );
}

/** Categories hold one another (`calls`, `calls-outbound`): the narrowest of those that hold nearly all of it speaks. */
function leaderOf(spikes: readonly Spike[]): Spike {
  const [first, ...others] = spikes;
  if (first === undefined) throw new Error("a group has a member");
  const most = Math.max(...spikes.map(({ excessUsd }) => excessUsd));
  const name = ({ readings }: Spike) => readings.category;
  const isBetter = (one: Spike, other: Spike): boolean => {
    const isMost = (spike: Spike) => spike.excessUsd >= NEARLY_ALL * most;
    if (isMost(one) !== isMost(other)) return isMost(one);
    return (
      name(one).length - name(other).length > 0 || (name(one).length === name(other).length && name(one) < name(other))
    );
  };
  return others.reduce((best, spike) => (isBetter(spike, best) ? spike : best), first);
}

function timesUsual({ nowUsd, usualUsd, pace }: Spike): number {
  const [spent, usual] = pace === null ? [nowUsd, usualUsd] : [pace.spentUsd, pace.usualUsd];
  return usual > 0 ? spent / usual : Number.POSITIVE_INFINITY;
}

function alertOf(
  spike: Spike,
  others: readonly Spike[],
  threat: Threat,
  { accountSid, baseline, settings, nowMs }: Scene,
): Alert {
  const { readings, excessUsd, perHourUsd, firstAtMs, lastAtMs, nowUsd } = spike;
  const days = baseline?.days ?? 0;
  return {
    dedupKey: dedupKey(accountSid, threat),
    accountSid,
    threat,
    severity: severityOf(spike, settings),
    summary: days < KNOWN_FROM_DAYS ? newAccountSentence(spike, days, nowMs) : sentence(spike, nowMs),
    evidence: [...evidenceOf(spike, days), ...alsoEvidence(others)],
    firstSignalAtMs: firstAtMs,
    lastSignalAtMs: lastAtMs,
    // A reading of the new day cannot bear out what was spent on the old one.
    reportedTodayUsd: isOver(spike, nowMs) ? null : nowUsd,
    category: readings.category,
    countries: [],
    confidence: confidenceOf(spike, days),
    money: { perHourUsd: perHourUsd === null ? null : cents(perHourUsd), lostTodayUsd: cents(Math.max(0, excessUsd)) },
  };
}

function severityOf(spike: Spike, settings: DetectionSettings): Severity {
  if (!meaningOf(spike.readings.category).isFraudProne) return "warning";
  const overUsd =
    spike.pace === null ? spike.excessUsd : Math.max(spike.excessUsd, spike.pace.spentUsd - spike.pace.usualUsd);
  const isMuch = overUsd >= CRITICAL_FLOORS * settings.spikeFloorUsd;
  return isMuch && timesUsual(spike) >= CRITICAL_FACTORS * settings.spikeFactor ? "critical" : "warning";
}

function confidenceOf(spike: Spike, days: number): Confidence {
  if (days < KNOWN_FROM_DAYS) return "low";
  return timesUsual(spike) >= SURE_FROM_TIMES ? "high" : spike.isByHour ? "medium" : "low";
}

function sentence(spike: Spike, nowMs: number): string {
  const { nowUsd, usualUsd, isByHour, pace, readings } = spike;
  const { spend } = meaningOf(readings.category);
  if (pace !== null) {
    return `${spend} was ${money(pace.spentUsd)} within ${pace.minutes} minutes, where ${money(pace.usualUsd)} is usual: ${money(nowUsd)} ${onDay(spike, nowMs)}.`;
  }
  if (usualUsd < 0.01) return `${spend} is ${money(nowUsd)} ${onDay(spike, nowMs)}, where there is usually none.`;
  const times = `${oneDecimal(timesUsual(spike))} times`;
  if (isOver(spike, nowMs))
    return `${spend} of yesterday is ${times} what is usual: ${money(nowUsd)} instead of ${money(usualUsd)}.`;
  return isByHour
    ? `${spend} is ${times} what is usual by this hour: ${money(nowUsd)} instead of ${money(usualUsd)}.`
    : `${spend} is ${times} that of a whole usual day already: ${money(nowUsd)} instead of ${money(usualUsd)}.`;
}

function newAccountSentence(spike: Spike, days: number, nowMs: number): string {
  const { readings, nowUsd } = spike;
  const known =
    days === 0
      ? "whose usual days are not known yet"
      : `that is known for ${days === 1 ? "a day" : `${days} days`} only`;
  return `${meaningOf(readings.category).spend} is ${money(nowUsd)} ${onDay(spike, nowMs)}, on an account ${known}.`;
}

/** Twilio's days are GMT days, and so are these. */
function onDay({ readings }: Spike, nowMs: number): string {
  return isOver({ readings }, nowMs) ? "yesterday" : "so far today";
}

function isOver({ readings }: Pick<Spike, "readings">, nowMs: number): boolean {
  return readings.day < nameOfDay(dayNumber(nowMs));
}

function evidenceOf(spike: Spike, days: number): readonly Evidence[] {
  const { readings, nowUsd, usualUsd, usualDayUsd, isByHour, pace, perHourUsd } = spike;
  const times = usualUsd >= 0.01 ? ` (${oneDecimal(nowUsd / usualUsd)} times)` : "";
  return [
    { label: "Usage category", value: readings.category },
    ...(days < KNOWN_FROM_DAYS
      ? []
      : [{ label: isByHour ? "Usual by this hour" : "Usual on a whole day", value: money(usualUsd) }]),
    { label: "Now", value: `${money(nowUsd)}${times}` },
    ...(pace === null
      ? []
      : [{ label: `Last ${pace.minutes} minutes`, value: `${money(pace.spentUsd)}, usually ${money(pace.usualUsd)}` }]),
    ...(isByHour ? [{ label: "Usual on a whole day", value: money(usualDayUsd) }] : []),
    ...(perHourUsd === null || perHourUsd < 0.01
      ? []
      : [{ label: "Above usual now", value: `${money(perHourUsd)} an hour` }]),
  ];
}

/** Several categories of one threat, or several products, are one fact. */
function alsoEvidence(others: readonly Spike[]): readonly Evidence[] {
  if (others.length === 0) return [];
  const known = others.toSorted((one, other) => other.excessUsd - one.excessUsd).slice(0, 3);
  return [
    {
      label: "Also above usual",
      value: known.map(({ readings, nowUsd }) => `${readings.category} ${money(nowUsd)}`).join(", "),
    },
  ];
}

function money(amountUsd: number): string {
  return usd(cents(amountUsd));
}

function cents(amountUsd: number): number {
  return Math.round(amountUsd * 100) / 100;
}

function oneDecimal(times: number): string {
  return quantity(Math.round(times * 10) / 10);
}
