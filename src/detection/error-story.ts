import type { ErrorSignal, Signal } from "../signal/contract.ts";
import { quantity } from "./amount.ts";
import type { Alert, Bucket, Evidence, Rule, Severity, Threat } from "./contract.ts";
import { errorLabel } from "./error-codes.ts";
import { cameLate, minuteOf, newestOf, recentSeries, timesOf } from "./fold.ts";
import { grouped } from "./grouped.ts";
import { mostWithin } from "./most-within.ts";
import { gmtTime } from "./phrase.ts";
import { dedupKey } from "./threats.ts";

/** A burst is counted over this many whole minutes: the smallest unit that the buckets know. */
export const WINDOW_MINUTES = 5;

/** A card names this many codes of a burst, the most frequent first. */
const MAX_CODES = 5;

/** Errors that tell the same story, and how many of them within five minutes are a burst. */
export interface ErrorStory {
  readonly threat: Threat;
  readonly codes: readonly string[];
  /** Errors within five minutes from which it is an alert. */
  readonly warningFrom: number;
  /** Errors within five minutes from which it is critical; null: never. */
  readonly criticalFrom: number | null;
  /** Follows the number: `API requests with refused credentials`. */
  readonly noun: string;
  /** What it may mean, for somebody who was just woken up: the end of the sentence. Null when the noun says all. */
  readonly meaning: string | null;
  /** Usage category whose money and destinations tell more; null when none does. */
  readonly category: string | null;
}

export interface Errors {
  readonly code: string;
  readonly buckets: readonly Bucket[];
}

/** A rule that tells one story. */
export function ruleOf(story: ErrorStory): Rule {
  return {
    id: story.threat,
    evaluate: ({ buckets, nowMs }) =>
      tell(
        story,
        errorsIn(buckets, nowMs).filter(({ code }) => story.codes.includes(code)),
      ),
  };
}

/** The errors of the last hour by their code. */
export function errorsIn(buckets: readonly Bucket[], nowMs: number): readonly Errors[] {
  const recent = [...recentSeries(buckets, nowMs).values()].flat();
  const codes = grouped(recent, ({ last }) => (last.kind === "error" ? last.code : null));
  return [...codes].flatMap(([code, same]) => (code === null ? [] : [{ code, buckets: same }]));
}

/**
 * Many errors that tell the same story within five minutes. The worst five minutes of the last hour speak, not the last five:
 * when the queue was down meanwhile, a burst must not be over before anybody looked.
 */
export function tell(story: ErrorStory, errors: readonly Errors[]): readonly Alert[] {
  const buckets = errors.flatMap((one) => one.buckets);
  const burst = worstBurst(buckets);
  const severity = severityOfBurst(story, burst);
  if (severity === undefined) return [];
  const newest = buckets.map((bucket) => bucket.last).reduce(newestOf);
  const { accountSid } = newest;
  return [
    {
      dedupKey: dedupKey(accountSid, story.threat),
      accountSid,
      threat: story.threat,
      severity,
      summary: `${quantity(burst)} ${story.noun} within ${WINDOW_MINUTES} minutes${story.meaning === null ? "" : `: ${story.meaning}`}.`,
      evidence: [...codesEvidence(errors), ...resourceEvidence(newest)],
      firstSignalAtMs: Math.min(...buckets.map((bucket) => timesOf(bucket).firstAtMs)),
      lastSignalAtMs: lastOfBurst(buckets, story),
      reportedTodayUsd: null,
      category: story.category,
      countries: [],
    },
  ];
}

/** Undefined while there are too few of them. */
export function severityOfBurst(
  { warningFrom, criticalFrom }: Pick<ErrorStory, "warningFrom" | "criticalFrom">,
  count: number,
): Severity | undefined {
  if (criticalFrom !== null && count >= criticalFrom) return "critical";
  return count >= warningFrom ? "warning" : undefined;
}

/** The greatest number of errors within any `WINDOW_MINUTES` minutes that follow each other: by when they happened, not by when we heard. */
export function worstBurst(buckets: readonly Bucket[]): number {
  return mostWithin(
    WINDOW_MINUTES,
    buckets.map((bucket) => ({ minute: minuteOf(bucket), count: bucket.count })),
  );
}

function perMinute(buckets: readonly Bucket[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const bucket of buckets) {
    const minute = minuteOf(bucket);
    counts.set(minute, (counts.get(minute) ?? 0) + bucket.count);
  }
  return counts;
}

/**
 * When the burst was last heard of. A single error some minutes later belongs to it no more than one on any other day: it must
 * not reopen what people resolved.
 */
function lastOfBurst(buckets: readonly Bucket[], story: ErrorStory): number {
  const counts = perMinute(buckets);
  const busy = buckets.filter((bucket) => (counts.get(minuteOf(bucket)) ?? 0) > story.warningFrom / WINDOW_MINUTES);
  return Math.max(...(busy.length === 0 ? buckets : busy).map((bucket) => bucket.lastAtMs));
}

/** What came how often, most first. */
export function codesEvidence(errors: readonly Errors[]): readonly Evidence[] {
  return errors
    .map(({ code, buckets }) => ({ code, buckets, count: countOf(buckets) }))
    .sort((one, other) => other.count - one.count || Number(one.code) - Number(other.code))
    .slice(0, MAX_CODES)
    .map(({ code, buckets, count }) => ({ label: errorLabel(code), value: `${quantity(count)}${whenTold(buckets)}` }));
}

/** After the count. */
function whenTold(buckets: readonly Bucket[]): string {
  const late = buckets.filter(cameLate);
  if (late.length === 0) return " in the last hour";
  if (late.length < buckets.length) return `, of which ${quantity(countOf(late))} were told late`;
  const firstAtMs = Math.min(...late.map((bucket) => timesOf(bucket).firstAtMs));
  return `, all told late: they happened from ${gmtTime(firstAtMs)} on`;
}

function countOf(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, bucket) => sum + bucket.count, 0);
}

function resourceEvidence(newest: Signal): readonly Evidence[] {
  return isError(newest) && newest.resourceSid !== null
    ? [{ label: "Latest resource", value: newest.resourceSid }]
    : [];
}

function isError(signal: Signal): signal is ErrorSignal {
  return signal.kind === "error";
}
