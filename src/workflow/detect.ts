import type { DetectionSettings, Rule } from "../detection/contract.ts";
import { LOOKBACK_MS } from "../detection/fold.ts";
import type { Clock } from "../lib/clock.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Hear } from "./hear.ts";
import { done, type JobHandler } from "./job.ts";
import type { SignalStore } from "./ports.ts";

interface Parts {
  readonly hear: Hear;
  readonly signals: SignalStore;
  readonly rules: readonly Rule[];
  readonly settings: () => DetectionSettings;
  readonly clock: Clock;
}

/**
 * One account has new signals: fold them into its buckets, ask the rules what is true now, and raise it. Folding is durable
 * before the rules look, and the follow-up stays until they have: a crash between repeats the question, not the count.
 */
export function createDetect({ hear, signals, rules, settings, clock }: Parts): JobHandler {
  return async (key) => {
    const accountSid = key as AccountSid;
    const nowMs = clock.now();
    await signals.fold(accountSid, nowMs);
    const buckets = await signals.bucketsSince(accountSid, nowMs - LOOKBACK_MS);
    const alerts = rules.flatMap((rule) => rule.evaluate(buckets, settings(), nowMs));
    for (const alert of alerts) await hear(alert);
    return done;
  };
}
