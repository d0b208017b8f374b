import type { VerificationSignal } from "../signal/contract.ts";
import { quantity } from "./amount.ts";
import type { Bucket, Confidence, Evidence, Rule, Scene } from "./contract.ts";
import { codesEvidence, type ErrorStory, type Errors, errorsIn, severityOfBurst, worstBurst } from "./error-story.ts";
import { cameLate, LOOKBACK_MS, MINUTE_MS, timesOf } from "./fold.ts";
import { capitalised, countryName, listed, percent, within } from "./phrase.ts";
import { isStrangeToCodes } from "./pumping-destinations.ts";
import { dedupKey } from "./threats.ts";

/** Fraud Guard and Verify's own limits stop attempts: somebody asks for codes that nobody types in. https://www.twilio.com/docs/api/errors/60410 */
export const verifyBlocksStory: ErrorStory = {
  threat: "verify-pumping",
  codes: ["60410", "60238", "60212"],
  warningFrom: 5,
  criticalFrom: 50,
  noun: "one-time codes stopped by Verify",
  meaning: "somebody asks for codes that nobody will type in",
  category: "verify-voice-sms",
};

/** Fewer attempts than this say nothing. */
const ATTEMPTS_FROM = 30;
/** People type in two codes of three and more: https://www.twilio.com/docs/verify/preventing-toll-fraud */
const POOR_CONVERSION = 0.25;
/** Nobody asks for that many codes and types in so few by accident. */
const CRITICAL_UNCONVERTED = 300;
/** People need some minutes to type a code in: codes of this moment are not unconverted yet. */
const TYPING_MS = 5 * MINUTE_MS;

interface Conversion {
  /** Null: all countries. */
  readonly country: string | null;
  readonly attempts: number;
  readonly converted: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** One-time codes that nobody types in, or that Verify stops itself. */
export const verifyPumping: Rule = {
  id: "verify-pumping",
  evaluate(scene) {
    const { buckets, nowMs, accountSid } = scene;
    const blocks = errorsIn(buckets, nowMs).filter(({ code }) => verifyBlocksStory.codes.includes(code));
    const burst = worstBurst(blocks.flatMap((errors) => errors.buckets));
    const ofBlocks = severityOfBurst(verifyBlocksStory, burst);
    const wasted = poorConversions(scene);
    const poor = [...wasted, ...strangeFloods(scene, wasted)];
    if (ofBlocks === undefined && poor.length === 0) return [];

    const isBoth = ofBlocks !== undefined && poor.length > 0;
    const isFlood = poor.some((one) => one.attempts - one.converted >= CRITICAL_UNCONVERTED);
    const confidence: Confidence = isBoth ? "high" : ofBlocks !== undefined || isFlood ? "medium" : "low";
    const blocking = ofBlocks === undefined ? [] : blocks.flatMap((errors) => errors.buckets);
    return [
      {
        dedupKey: dedupKey(accountSid, verifyBlocksStory.threat),
        accountSid,
        threat: verifyBlocksStory.threat,
        severity: ofBlocks === "critical" || isBoth || isFlood ? "critical" : "warning",
        summary: `${capitalised(listed([...poorWords(poor), ...blockedWords(ofBlocks === undefined ? 0 : burst)]))}.`,
        evidence: [...poor.slice(0, 5).map(conversionEvidence), ...blocksEvidence(blocks)],
        firstSignalAtMs: Math.min(...[...poor, ...blocking.map(timesOf)].map(({ firstAtMs }) => firstAtMs)),
        lastSignalAtMs: Math.max(...[...poor, ...blocking].map(({ lastAtMs }) => lastAtMs)),
        reportedTodayUsd: null,
        category: verifyBlocksStory.category,
        countries: [...new Set(poor.flatMap(({ country }) => country ?? []))],
        confidence,
      },
    ];
  },
};

/** So many within five minutes, to a country where none are usual: people must hear of it before anybody could have typed one in. */
const FLOOD_FROM = 15;

function strangeFloods(scene: Scene, wasted: readonly Conversion[]): readonly Conversion[] {
  const told = scene.buckets.flatMap(({ last, ...bucket }) =>
    isVerification(last) && bucket.lastAtMs > scene.nowMs - LOOKBACK_MS ? [{ ...bucket, last }] : [],
  );
  const countries = [...new Set(told.flatMap(({ last }) => last.country ?? []))].sort();
  return countries.flatMap((country) => {
    if (!isStrangeToCodes(country, scene) || wasted.some((one) => one.country === country)) return [];
    const own = told.filter(({ last }) => last.country === country);
    const asked = own.filter(({ last }) => last.happened === "pending");
    if (worstBurst(asked) < FLOOD_FROM) return [];
    const attempts = sumOf(asked);
    const converted = sumOf(own.filter(({ last }) => last.happened === "approved"));
    if (converted > attempts * POOR_CONVERSION) return [];
    const times = {
      firstAtMs: Math.min(...asked.map((one) => timesOf(one).firstAtMs)),
      lastAtMs: Math.max(...asked.map((one) => one.lastAtMs)),
    };
    return [{ country, attempts, converted, ...times }];
  });
}

function sumOf(buckets: readonly { readonly count: number }[]): number {
  return buckets.reduce((sum, { count }) => sum + count, 0);
}

/** Single countries first: they say where. Most wasted codes first. */
function poorConversions({ buckets, nowMs }: Scene): readonly Conversion[] {
  const recent = buckets.filter(({ lastAtMs }) => lastAtMs > nowMs - LOOKBACK_MS);
  // Verify's summary and its events tell of the same attempts: each is judged by itself.
  return [...readConversions(recent), ...heardConversions(recent, nowMs)]
    .filter(({ attempts, converted }) => attempts >= ATTEMPTS_FROM && converted <= attempts * POOR_CONVERSION)
    .sort(
      (one, other) =>
        Number(one.country === null) - Number(other.country === null) ||
        other.attempts - other.converted - (one.attempts - one.converted) ||
        ((one.country ?? "") < (other.country ?? "") ? -1 : 1),
    )
    .filter((one, index, all) => all.findIndex((other) => other.country === one.country) === index);
}

function readConversions(buckets: readonly Bucket[]): readonly Conversion[] {
  return summed(
    buckets.flatMap(({ last }) =>
      last.kind === "conversion-reading"
        ? [
            {
              country: last.country,
              attempts: last.attempts,
              converted: last.converted,
              firstAtMs: last.sinceMs,
              lastAtMs: last.atMs,
            },
          ]
        : [],
    ),
  );
}

function heardConversions(buckets: readonly Bucket[], nowMs: number): readonly Conversion[] {
  // What came late says nothing: the beginnings may be told again without their ends. Verify's summary is asked for all of it.
  const told = buckets
    .filter((bucket) => !cameLate(bucket))
    .flatMap(({ last, ...bucket }) => (isVerification(last) ? [{ ...bucket, last }] : []));
  const parts = told.flatMap(({ last, count, firstAtMs, lastAtMs }) => {
    const isAttempt = last.happened === "pending" && lastAtMs <= nowMs - TYPING_MS;
    if (!isAttempt && last.happened !== "approved") return [];
    const attempts = isAttempt ? count : 0;
    return [
      { country: last.country, attempts, converted: last.happened === "approved" ? count : 0, firstAtMs, lastAtMs },
    ];
  });
  return summed(parts);
}

function isVerification(signal: Bucket["last"]): signal is VerificationSignal {
  return signal.kind === "verification";
}

function summed(parts: readonly Conversion[]): readonly Conversion[] {
  const byCountry = new Map<string | null, Conversion>();
  for (const part of parts) {
    const known = byCountry.get(part.country);
    byCountry.set(
      part.country,
      known === undefined
        ? part
        : {
            country: part.country,
            attempts: known.attempts + part.attempts,
            converted: known.converted + part.converted,
            firstAtMs: Math.min(known.firstAtMs, part.firstAtMs),
            lastAtMs: Math.max(known.lastAtMs, part.lastAtMs),
          },
    );
  }
  return [...byCountry.values()];
}

function poorWords([worst]: readonly Conversion[]): readonly string[] {
  if (worst === undefined) return [];
  const where = worst.country === null ? "" : ` to ${countryName(worst.country)}`;
  return [
    `${quantity(worst.converted)} of ${quantity(worst.attempts)} one-time codes${where} were typed in ${within(worst.lastAtMs - worst.firstAtMs)}`,
  ];
}

function blockedWords(burst: number): readonly string[] {
  return burst === 0 ? [] : [`${quantity(burst)} one-time codes were stopped by Verify within 5 minutes`];
}

function conversionEvidence({ country, attempts, converted }: Conversion): Evidence {
  return {
    label: country === null ? "Codes typed in" : `Codes typed in, ${countryName(country)}`,
    value: `${quantity(converted)} of ${quantity(attempts)} (${percent(converted / attempts)})`,
  };
}

function blocksEvidence(blocks: readonly Errors[]): readonly Evidence[] {
  return codesEvidence(blocks);
}
