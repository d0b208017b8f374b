import type { Bucket, Scene } from "../../src/detection/contract.ts";
import { foldIntoBuckets } from "../../src/detection/fold.ts";
import { DEFAULT_DETECTION } from "../../src/detection/settings.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import type { ErrorSignal, Signal, UsageThresholdSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "./fixtures.ts";

export const NOON = Date.parse("2026-11-21T12:00:00Z");

export function crossing(changes: Partial<UsageThresholdSignal> = {}): UsageThresholdSignal {
  return {
    kind: "usage-threshold",
    accountSid: ACCOUNT,
    atMs: NOON,
    triggerSid: `UT${"2".repeat(32)}`,
    category: "calls-outbound",
    measure: "price",
    threshold: 50,
    value: 63.2,
    recurring: "daily",
    ...changes,
  };
}

export function errorSignal(code: string, atMs = NOON, accountSid: AccountSid = ACCOUNT): ErrorSignal {
  return { kind: "error", accountSid, atMs, code, level: "error", resourceSid: null };
}

/** So many errors of a code, one every `everyMs` (default 1 s) from `fromMs` on. */
export function errors(code: string, count: number, fromMs = NOON, everyMs = 1_000): readonly ErrorSignal[] {
  return Array.from({ length: count }, (_, index) => errorSignal(code, fromMs + index * everyMs));
}

/** What rules look at: an account of which nothing but these signals is known. */
export function scene(signals: readonly Signal[], changes: Partial<Scene> = {}): Scene {
  return sceneOf(foldIntoBuckets([], signals), changes);
}

export function sceneOf(buckets: readonly Bucket[], changes: Partial<Scene> = {}): Scene {
  return {
    accountSid: buckets[0]?.accountSid ?? ACCOUNT,
    buckets,
    baseline: null,
    ours: [],
    settings: DEFAULT_DETECTION,
    nowMs: NOON,
    ...changes,
  };
}
