import type { Alert, Rule, Scene } from "./contract.ts";
import { mergeAlerts } from "./merge-alerts.ts";

/**
 * What all rules say of one account, one alert for each dedup key: two rules that see the same threat from two sides are one
 * incident with both facts.
 */
export function conclude(rules: readonly Rule[], scene: Scene): readonly Alert[] {
  const ignored = new Set(scene.settings.ignoredThreats);
  return mergeAlerts(rules.flatMap((rule) => rule.evaluate(scene))).filter((alert) => !ignored.has(alert.threat));
}
