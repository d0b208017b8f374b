import type { Alert, Confidence, Evidence, MoneyAtRisk } from "./contract.ts";

/** A card has room for a few facts; the strongest come first. */
const MAX_EVIDENCE = 10;

const CONFIDENCES: readonly Confidence[] = ["low", "medium", "high"];

/** One alert for each dedup key: two rules that see the same threat from two sides are one alert with both facts. */
export function mergeAlerts(alerts: readonly Alert[]): readonly Alert[] {
  const byKey = new Map<string, Alert[]>();
  for (const alert of alerts) byKey.set(alert.dedupKey, [...(byKey.get(alert.dedupKey) ?? []), alert]);
  return [...byKey.values()].flatMap((same) => {
    const [strongest, ...others] = same.sort(strongestFirst);
    return strongest === undefined ? [] : withFacts(strongest, others);
  });
}

/** The alert with what the others know of the same thing: `others` strongest first. */
export function withFacts(alert: Alert, others: readonly Alert[]): Alert {
  const all = [alert, ...others];
  const confidence = surest(all);
  const money = greatest(all);
  const affectedNumbers = Math.max(...all.map((one) => one.affectedNumbers ?? 0));
  return {
    ...alert,
    severity: all.some((one) => one.severity === "critical") ? "critical" : "warning",
    evidence: withoutRepeats(all.flatMap((one) => one.evidence)).slice(0, MAX_EVIDENCE),
    firstSignalAtMs: Math.min(...all.map((one) => one.firstSignalAtMs)),
    lastSignalAtMs: Math.max(...all.map((one) => one.lastSignalAtMs)),
    countries: [...new Set(all.flatMap((one) => one.countries))],
    ...(confidence && { confidence }),
    ...(money && { money }),
    ...(affectedNumbers > 0 && { affectedNumbers }),
  };
}

/** Critical before warning, then the surer, then the newest signal, then the order given. */
export function strongestFirst(one: Alert, other: Alert): number {
  if (one.severity !== other.severity) return one.severity === "critical" ? -1 : 1;
  return sureness(other) - sureness(one) || other.lastSignalAtMs - one.lastSignalAtMs;
}

/** A rule that does not say how sure it is reports what somebody else set a limit for. */
function sureness({ confidence = "medium" }: Alert): number {
  return CONFIDENCES.indexOf(confidence);
}

function surest(alerts: readonly Alert[]): Confidence | undefined {
  return CONFIDENCES.findLast((confidence) => alerts.some((alert) => alert.confidence === confidence));
}

/** The same money seen twice is no sum: the greatest of each figure. */
function greatest(alerts: readonly Alert[]): MoneyAtRisk | undefined {
  const known = alerts.flatMap(({ money }) => (money === undefined ? [] : [money]));
  if (known.length === 0) return undefined;
  const rates = known.flatMap(({ perHourUsd }) => (perHourUsd === null ? [] : [perHourUsd]));
  return {
    perHourUsd: rates.length === 0 ? null : Math.max(...rates),
    lostTodayUsd: Math.max(...known.map(({ lostTodayUsd }) => lostTodayUsd)),
    ...(known.some(({ isAtLeast }) => isAtLeast === true) ? { isAtLeast: true } : {}),
  };
}

function withoutRepeats(evidence: readonly Evidence[]): readonly Evidence[] {
  return [...new Map(evidence.map((item) => [`${item.label}\n${item.value}`, item])).values()];
}
