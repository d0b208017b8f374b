import type { Alert, Rule, Scene } from "./contract.ts";
import { explains } from "./explains.ts";
import { LOOKBACK_MS } from "./fold.ts";
import { mergeAlerts, strongestFirst, withFacts } from "./merge-alerts.ts";

/** What a rule that met a bug is reported with. */
export type OnBroken = (ruleId: string, error: unknown) => void;

/**
 * What all rules say of one account, one alert for each dedup key: two rules that see the same threat from two sides are one
 * incident with both facts, and what another alert explains is evidence of that one. What policy ignores explains nothing. A rule that
 * throws is reported, and the others speak: a bug in one must not make the account deaf.
 */
export function conclude(rules: readonly Rule[], scene: Scene, onBroken: OnBroken): readonly Alert[] {
  const ignored = new Set(scene.settings.ignoredThreats);
  const heard = rules.flatMap((rule) => {
    try {
      return rule.evaluate(scene);
    } catch (error) {
      onBroken(rule.id, error);
      return [];
    }
  });
  const alerts = mergeAlerts(heard).filter(({ threat }) => !ignored.has(threat));
  return absorb([...alerts].sort(strongestFirst));
}

/** Each explained alert goes to one that explains it and is explained by nobody itself. */
function absorb(alerts: readonly Alert[]): readonly Alert[] {
  const speakers = alerts.filter((alert) => !alerts.some((other) => isExplainedBy(other, alert)));
  const takenIn = new Map<Alert, Alert[]>(speakers.map((speaker) => [speaker, []]));
  for (const alert of alerts) {
    if (takenIn.has(alert)) continue;
    const speaker = speakers.find((one) => isExplainedBy(one, alert));
    if (speaker !== undefined) takenIn.get(speaker)?.push(alert);
    // Explained by what is explained itself, by something that knows nothing of this.
    else takenIn.set(alert, []);
  }
  return [...takenIn].map(([speaker, others]) => (others.length === 0 ? speaker : withFacts(speaker, others)));
}

/** A key that was made yesterday does not explain what happens today. */
function isExplainedBy(known: Alert, heard: Alert): boolean {
  return explains(known.threat, heard.threat) && heard.lastSignalAtMs - known.lastSignalAtMs <= LOOKBACK_MS;
}
