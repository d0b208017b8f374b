import type { Alert, Evidence } from "./contract.ts";

/** A card has room for a few facts; the strongest come first. */
const MAX_EVIDENCE = 10;

/**
 * One alert for each dedup key. The strongest speaks (critical before warning, then the newest signal, then the order given);
 * the others add their evidence and countries.
 */
export function mergeAlerts(alerts: readonly Alert[]): readonly Alert[] {
  const byKey = new Map<string, Alert[]>();
  for (const alert of alerts) byKey.set(alert.dedupKey, [...(byKey.get(alert.dedupKey) ?? []), alert]);
  return [...byKey.values()].flatMap((same) => {
    const ordered = same.sort(strongestFirst);
    const [strongest] = ordered;
    if (strongest === undefined) return [];
    return {
      ...strongest,
      evidence: withoutRepeats(ordered.flatMap((alert) => alert.evidence)).slice(0, MAX_EVIDENCE),
      firstSignalAtMs: Math.min(...ordered.map((alert) => alert.firstSignalAtMs)),
      lastSignalAtMs: Math.max(...ordered.map((alert) => alert.lastSignalAtMs)),
      countries: [...new Set(ordered.flatMap((alert) => alert.countries))],
    };
  });
}

function strongestFirst(one: Alert, other: Alert): number {
  if (one.severity !== other.severity) return one.severity === "critical" ? -1 : 1;
  return other.lastSignalAtMs - one.lastSignalAtMs;
}

function withoutRepeats(evidence: readonly Evidence[]): readonly Evidence[] {
  return [...new Map(evidence.map((item) => [`${item.label}\n${item.value}`, item])).values()];
}
