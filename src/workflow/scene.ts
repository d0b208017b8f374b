import type { DetectionPolicy, OurChange, Scene } from "../detection/contract.ts";
import { CHANGES_LOOKBACK_MS, LOOKBACK_MS } from "../detection/fold.ts";
import { settingsFor } from "../detection/settings.ts";
import type { AccountSid } from "../lib/id.ts";
import type { BaselineStore, SignalStore } from "./ports.ts";

interface Parts {
  readonly signals: Pick<SignalStore, "bucketsSince">;
  readonly baselines: Pick<BaselineStore, "load">;
  readonly settings: () => DetectionPolicy;
  readonly ours: (accountSid: AccountSid, sinceMs: number) => Promise<readonly OurChange[]>;
}

/** Everything that the rules look at, of one account at this moment. */
export type SceneOf = (accountSid: AccountSid, nowMs: number) => Promise<Scene>;

export function createSceneOf({ signals, baselines, settings, ours }: Parts): SceneOf {
  return async (accountSid, nowMs) => {
    const changesSinceMs = nowMs - CHANGES_LOOKBACK_MS;
    const [buckets, baseline, changes] = await Promise.all([
      signals.bucketsSince(accountSid, nowMs - LOOKBACK_MS, changesSinceMs),
      baselines.load(accountSid),
      ours(accountSid, changesSinceMs),
    ]);
    return { accountSid, buckets, baseline, ours: changes, settings: settingsFor(settings(), accountSid), nowMs };
  };
}
