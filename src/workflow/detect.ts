import { conclude } from "../detection/conclude.ts";
import type { Rule } from "../detection/contract.ts";
import type { Clock } from "../lib/clock.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { Hear } from "./hear.ts";
import { done, type JobHandler } from "./job.ts";
import type { SignalStore } from "./ports.ts";
import type { SceneOf } from "./scene.ts";

interface Parts {
  readonly hear: Hear;
  readonly signals: SignalStore;
  readonly sceneOf: SceneOf;
  readonly rules: readonly Rule[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * One account has new signals: fold them into its buckets, ask the rules what is true now, and raise it. Folding is durable
 * before the rules look, and the follow-up stays until they have: a crash between repeats the question, not the count.
 */
export function createDetect({ hear, signals, sceneOf, rules, clock, log }: Parts): JobHandler {
  return async (key) => {
    const accountSid = key as AccountSid;
    const nowMs = clock.now();
    await signals.fold(accountSid, nowMs);
    const onBroken = (rule: string, error: unknown): void => {
      log.error({ accountSid, name: rule, err: error }, "a rule of detection met a bug; the others went on");
    };
    for (const alert of conclude(rules, await sceneOf(accountSid, nowMs), onBroken)) await hear(alert);
    return done;
  };
}
