import type { CallSignal } from "../signal/contract.ts";
import { quantity } from "./amount.ts";
import type { AccountBaseline } from "./baseline/contract.ts";
import type { Bucket, Rule, Scene } from "./contract.ts";
import { WINDOW_MINUTES, worstBurst } from "./error-story.ts";
import { LOOKBACK_MS, timesOf } from "./fold.ts";
import { dedupKey } from "./threats.ts";

const THREAT = "inbound-call-pumping";
const CATEGORY = "calls-inbound";

/** Within five minutes: fewer are a busy morning on any account. */
const FLOOD_FROM = 25;
/** A busy hour has a sixth of its day. */
const WINDOWS_OF_BUSY_DAY = 6 * (60 / WINDOW_MINUTES);
/** Calls come in clusters: so many times the spike's factor is none. */
const CLUSTERS = 2;
const CRITICAL_FLOODS = 2;
const SURE_FLOODS = 4;
/** Below this nobody knows how many are usual. */
const BASELINE_DAYS = 7;

/** What ordinary days are counted in; each holds those that begin like it. */
const FAMILIES = ["calls-inbound", "calls-sip-inbound", "trunking-origination"];

/** Each call is told more than once on its way. */
const STAGES: readonly CallSignal["happened"][] = ["created", "answered", "completed"];

/** Robots call in, far more of them than ever: whoever owns the number pays for each minute, and their carrier shares in it. */
export const inboundPumping: Rule = {
  id: "inbound-pumping",
  evaluate(scene) {
    const { accountSid, baseline, nowMs } = scene;
    if (baseline === null || baseline.days < BASELINE_DAYS) return [];
    const calls = scene.buckets.filter(({ last, lastAtMs }) => isInbound(last) && lastAtMs > nowMs - LOOKBACK_MS);
    const burst = Math.max(...STAGES.map((stage) => worstBurst(calls.filter(({ last }) => isAt(stage, last)))));
    const usual = usualDay(baseline) / WINDOWS_OF_BUSY_DAY;
    const flood = Math.max(FLOOD_FROM, usual * scene.settings.spikeFactor * CLUSTERS);
    if (burst < flood) return [];
    return [
      {
        dedupKey: dedupKey(accountSid, THREAT),
        accountSid,
        threat: THREAT,
        severity: burst >= flood * CRITICAL_FLOODS ? "critical" : "warning",
        summary: `${quantity(burst)} calls came in within ${WINDOW_MINUTES} minutes, where about ${quantity(Math.max(1, Math.round(usual)))} are usual when it is busy.`,
        evidence: [
          { label: `Inbound calls within ${WINDOW_MINUTES} minutes`, value: quantity(burst) },
          { label: "Usual on a whole day", value: `${quantity(Math.round(usualDay(baseline)))} calls` },
        ],
        firstSignalAtMs: Math.min(...calls.map((bucket) => timesOf(bucket).firstAtMs)),
        lastSignalAtMs: lastOfFlood(calls, flood),
        reportedTodayUsd: null,
        category: CATEGORY,
        // Where callers are is no place to close: their calls come in.
        countries: [],
        confidence: burst >= flood * SURE_FLOODS ? "high" : "medium",
      },
    ];
  },
};

function isInbound(signal: Bucket["last"]): signal is CallSignal {
  return signal.kind === "call" && signal.direction === "inbound";
}

function isAt(stage: CallSignal["happened"], signal: Bucket["last"]): boolean {
  return signal.kind === "call" && signal.happened === stage;
}

/** The busiest weekday's. */
function usualDay({ categories }: AccountBaseline): number {
  return FAMILIES.reduce((total, family) => {
    const own = Object.entries(categories).filter(([category]) => category.startsWith(family));
    return total + Math.max(0, ...own.flatMap(([, { weekdays }]) => weekdays.map(({ count }) => count)));
  }, 0);
}

/** Ordinary calls go on after it: they are no news of it. */
function lastOfFlood(calls: Scene["buckets"], flood: number): number {
  const busy = calls.filter(({ count }) => count > flood / WINDOW_MINUTES / 2);
  return Math.max(...(busy.length === 0 ? calls : busy).map(({ lastAtMs }) => lastAtMs));
}
