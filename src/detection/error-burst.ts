import type { Signal } from "../signal/contract.ts";
import { quantity } from "./amount.ts";
import type { Alert, Bucket, Evidence, Rule } from "./contract.ts";
import { type ErrorGroup, errorLabel, groupOf, severityOfBurst } from "./error-codes.ts";
import { newestOf, recentSeries } from "./fold.ts";
import { dedupKey } from "./threats.ts";

/** A burst is counted over this many whole minutes: the smallest unit that the buckets know. */
const WINDOW_MINUTES = 5;

/** A card names this many codes of a burst, the most frequent first. */
const MAX_CODES = 5;

interface Errors {
  readonly code: string;
  readonly buckets: readonly Bucket[];
}

/**
 * Many errors that tell the same story within five minutes. The worst five minutes of the last hour speak, not the last five:
 * when the queue was down meanwhile, a burst must not be over before anybody looked.
 */
export const errorBurst: Rule = {
  id: "error-burst",
  evaluate({ buckets, nowMs }) {
    const stories = new Map<string, { readonly group: ErrorGroup; readonly errors: Errors[] }>();
    for (const series of recentSeries(buckets, nowMs).values()) {
      const [first] = series;
      if (first === undefined || first.last.kind !== "error") continue;
      const { accountSid, code } = first.last;
      const group = groupOf(code);
      const key = dedupKey(accountSid, group.threat);
      const story = stories.get(key) ?? { group, errors: [] };
      story.errors.push({ code, buckets: series });
      stories.set(key, story);
    }
    return [...stories.values()].flatMap(({ group, errors }) => alertOf(group, errors));
  },
};

function alertOf(group: ErrorGroup, errors: readonly Errors[]): readonly Alert[] {
  const buckets = errors.flatMap((one) => one.buckets);
  const newest = buckets.map((bucket) => bucket.last).reduce(newestOf);
  const burst = worstBurst(buckets);
  const severity = severityOfBurst(group, burst);
  if (severity === undefined) return [];
  const { accountSid } = newest;
  return [
    {
      dedupKey: dedupKey(accountSid, group.threat),
      accountSid,
      threat: group.threat,
      severity,
      summary: `${quantity(burst)} ${group.noun} within ${WINDOW_MINUTES} minutes${group.meaning === null ? "" : `: ${group.meaning}`}.`,
      evidence: [...codesEvidence(errors), ...resourceEvidence(newest)],
      firstSignalAtMs: Math.min(...buckets.map((bucket) => bucket.firstAtMs)),
      lastSignalAtMs: lastOfBurst(buckets, group),
      reportedTodayUsd: null,
      category: group.category,
      countries: [],
    },
  ];
}

/** The greatest number of errors within any `WINDOW_MINUTES` minutes that follow each other. */
function worstBurst(buckets: readonly Bucket[]): number {
  const ends = new Set(buckets.map((bucket) => bucket.minute));
  let worst = 0;
  for (const end of ends) {
    let count = 0;
    for (const { minute, count: errors } of buckets) {
      if (minute <= end && minute > end - WINDOW_MINUTES) count += errors;
    }
    worst = Math.max(worst, count);
  }
  return worst;
}

/**
 * When the burst was last heard of. A single error some minutes later belongs to it no more than one on any other day: it must
 * not reopen what people resolved.
 */
function lastOfBurst(buckets: readonly Bucket[], group: ErrorGroup): number {
  const perMinute = new Map<number, number>();
  for (const { minute, count } of buckets) perMinute.set(minute, (perMinute.get(minute) ?? 0) + count);
  const busy = buckets.filter(({ minute }) => (perMinute.get(minute) ?? 0) > group.warningFrom / WINDOW_MINUTES);
  return Math.max(...(busy.length === 0 ? buckets : busy).map((bucket) => bucket.lastAtMs));
}

function codesEvidence(errors: readonly Errors[]): readonly Evidence[] {
  return errors
    .map(({ code, buckets }) => ({ code, count: buckets.reduce((sum, bucket) => sum + bucket.count, 0) }))
    .sort((one, other) => other.count - one.count || Number(one.code) - Number(other.code))
    .slice(0, MAX_CODES)
    .map(({ code, count }) => ({ label: errorLabel(code), value: `${quantity(count)} in the last hour` }));
}

function resourceEvidence(newest: Signal): readonly Evidence[] {
  return newest.kind === "error" && newest.resourceSid !== null
    ? [{ label: "Latest resource", value: newest.resourceSid }]
    : [];
}
