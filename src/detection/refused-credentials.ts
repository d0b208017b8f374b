import type { Bucket, OurChange, Rule } from "./contract.ts";
import { type ErrorStory, type Errors, errorsIn, tell } from "./error-story.ts";
import { cameLate, LOOKBACK_MS, MINUTE_MS, minuteOf } from "./fold.ts";

export const refusedCredentialsStory: ErrorStory = {
  threat: "refused-credentials",
  codes: ["20003"],
  warningFrom: 5,
  criticalFrom: 25,
  noun: "API requests with refused credentials",
  meaning: "somebody uses a wrong or revoked token or key, or the token was rotated under us",
  category: null,
};

/**
 * Requests with credentials that Twilio does not take. After Tollgate itself made credentials worthless they are what was wanted:
 * for an hour they are no threat of their own. Those who go on after it are worth a look: a program of ours that nobody told,
 * or somebody who does not give up.
 */
export const refusedCredentials: Rule = {
  id: "refused-credentials",
  evaluate: ({ buckets, ours, nowMs }) => tell(refusedCredentialsStory, unexpectedRefusals(buckets, ours, nowMs)),
};

/** Refused requests that no change of ours accounts for. */
export function unexpectedRefusals(
  buckets: readonly Bucket[],
  ours: readonly OurChange[],
  nowMs: number,
): readonly Errors[] {
  const unexpected = buckets.filter((bucket) => !ours.some((change) => isExpectedAfter(change, bucket)));
  return errorsIn(unexpected, nowMs).filter(({ code }) => refusedCredentialsStory.codes.includes(code));
}

function isExpectedAfter({ endsCredentials, fromMs }: OurChange, bucket: Bucket): boolean {
  const minute = minuteOf(bucket);
  const firstAtMs = cameLate(bucket) ? minute * MINUTE_MS : bucket.firstAtMs;
  // Buckets are whole minutes: those of the minute in which it began may have been refused because of it.
  return endsCredentials === true && (minute + 1) * MINUTE_MS > fromMs && firstAtMs < fromMs + LOOKBACK_MS;
}
