import type { AccountBaseline } from "../../src/detection/baseline/contract.ts";
import type { Bucket, Scene } from "../../src/detection/contract.ts";
import { foldIntoBuckets } from "../../src/detection/fold.ts";
import { DEFAULT_DETECTION } from "../../src/detection/settings.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import type { ChangeSignal, ErrorSignal, Signal, UsageThresholdSignal } from "../../src/signal/contract.ts";
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

/** Somebody changed something; an API key unless told otherwise. `id`: of which each event has its own. */
export function change(changes: Partial<ChangeSignal> = {}, id = "1"): ChangeSignal {
  return {
    kind: "change",
    accountSid: ACCOUNT,
    atMs: NOON,
    eventSid: `AE${id.padStart(32, "0")}`,
    type: "account-api-keys.created",
    actorSid: `US${"8".repeat(32)}`,
    actorType: "user",
    resourceSid: `SK${id.padStart(32, "0")}`,
    source: "web",
    address: HOME,
    countries: [],
    isOpening: null,
    ...changes,
  };
}

/** An address from which things are usually changed here. */
const HOME = "203.0.113.7";

/** What is known of an account that lives for a month. */
export function baselineOf(changes: Partial<AccountBaseline> = {}): AccountBaseline {
  return {
    builtAtMs: NOON - 12 * 3_600_000,
    days: 28,
    destinationDays: 28,
    categories: {},
    destinations: [],
    addresses: [HOME],
    ...changes,
  };
}

/** For `conclude`: in a test a rule that throws is a failure. */
export function noneBreaks(_ruleId: string, error: unknown): never {
  throw error;
}
