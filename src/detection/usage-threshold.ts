import type { Signal, UsageThresholdSignal } from "../signal/contract.ts";
import { quantity, usd } from "./amount.ts";
import type { Alert, Bucket, Rule, Severity } from "./contract.ts";
import { newestOf, recentSeries } from "./fold.ts";
import { mergeAlerts } from "./merge-alerts.ts";
import { dedupKey } from "./threats.ts";
import { type CategoryMeaning, meaningOf, TOTAL } from "./usage-categories.ts";

/** Twice what somebody thought alarming is an emergency in any category. */
const CRITICAL_RATIO = 2;

const DAY_MS = 86_400_000;

interface Crossing {
  readonly signal: UsageThresholdSignal;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** A usage trigger fired: usage passed the threshold that its owner set. Every trigger speaks for itself, those of one threat become one alert. */
export const usageThreshold: Rule = {
  id: "usage-threshold",
  evaluate({ buckets, nowMs }) {
    const crossings = [...recentSeries(buckets, nowMs).values()].flatMap(crossingOf);
    // Two triggers of one category may fire in the same second: then the greater amount speaks.
    crossings.sort((one, other) => other.signal.value - one.signal.value || byTrigger(one.signal, other.signal));
    return mergeAlerts(crossings.map((crossing) => alertOf(crossing, nowMs)));
  },
};

function byTrigger(one: UsageThresholdSignal, other: UsageThresholdSignal): number {
  return one.triggerSid < other.triggerSid ? -1 : 1;
}

function crossingOf(series: readonly Bucket[]): readonly Crossing[] {
  const signals = series.map((bucket) => bucket.last).filter(isCrossing);
  if (signals.length === 0) return [];
  return [
    {
      signal: signals.reduce(newestOf),
      firstAtMs: Math.min(...series.map((bucket) => bucket.firstAtMs)),
      lastAtMs: Math.max(...series.map((bucket) => bucket.lastAtMs)),
    },
  ];
}

function isCrossing(signal: Signal): signal is UsageThresholdSignal {
  return signal.kind === "usage-threshold";
}

function alertOf({ signal, firstAtMs, lastAtMs }: Crossing, nowMs: number): Alert {
  const meaning = meaningOf(signal.category);
  const amount = amountWords(signal);
  const value = amount(signal.value);
  const threshold = amount(signal.threshold);
  const times = signal.threshold > 0 ? ` (${quantity(signal.value / signal.threshold)} times)` : "";
  return {
    dedupKey: dedupKey(signal.accountSid, meaning.threat),
    accountSid: signal.accountSid,
    threat: meaning.threat,
    severity: severityOf(signal, meaning),
    summary: `${subjectWords(signal, meaning)} passed ${threshold}${periodWords(signal, nowMs)}: ${value} so far.`,
    evidence: [
      { label: "Usage category", value: signal.category },
      { label: "Threshold", value: `${threshold}${PERIODS[signal.recurring].each}` },
      { label: "Reached", value: `${value}${times}` },
      { label: "Usage trigger", value: signal.triggerSid },
    ],
    firstSignalAtMs: firstAtMs,
    lastSignalAtMs: lastAtMs,
    reportedTodayUsd: isMoney(signal) && signal.recurring === "daily" ? signal.value : null,
    category: signal.category,
    countries: [],
  };
}

function severityOf(signal: UsageThresholdSignal, meaning: CategoryMeaning): Severity {
  if (meaning.isFraudProne && isMoney(signal)) return "critical";
  return signal.value >= signal.threshold * CRITICAL_RATIO ? "critical" : "warning";
}

function isMoney(signal: UsageThresholdSignal): boolean {
  return signal.measure === "price" || signal.category === TOTAL;
}

function amountWords(signal: UsageThresholdSignal): (amount: number) => string {
  return isMoney(signal) ? usd : quantity;
}

function subjectWords(signal: UsageThresholdSignal, meaning: CategoryMeaning): string {
  return isMoney(signal) ? meaning.spend : meaning[signal.measure === "count" ? "count" : "usage"];
}

/** How a sentence speaks of the time over which a trigger counts. */
const PERIODS: Readonly<Record<UsageThresholdSignal["recurring"], { readonly now: string; readonly each: string }>> = {
  daily: { now: " today", each: " a day" },
  monthly: { now: " this month", each: " a month" },
  yearly: { now: " this year", each: " a year" },
  once: { now: "", each: ", once" },
};

/** Twilio's days are GMT days, and so are these. */
function periodWords({ recurring, atMs }: UsageThresholdSignal, nowMs: number): string {
  const isYesterday = recurring === "daily" && Math.floor(atMs / DAY_MS) < Math.floor(nowMs / DAY_MS);
  return isYesterday ? " yesterday" : PERIODS[recurring].now;
}
