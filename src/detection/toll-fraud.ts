import {
  ALERT_FROM,
  type CallFact,
  CRITICAL_FROM,
  destinationFacts,
  knowsDestinations,
  mannerFacts,
  SURE_FROM,
  VOICE,
} from "./call-facts.ts";
import { type CallTraffic, callTraffic } from "./call-traffic.ts";
import type { Alert, Confidence, Rule, Scene } from "./contract.ts";
import { moneyOf } from "./money.ts";
import { capitalised, listed } from "./phrase.ts";
import { dedupKey } from "./threats.ts";
import { usageReadings } from "./usage-readings.ts";

const THREAT = "toll-fraud";

/** Calls to where strangers earn by them: by destination against the account's history, by number, length, price and how many at once. */
export const tollFraud: Rule = {
  id: "toll-fraud",
  evaluate(scene) {
    const traffic = callTraffic(scene);
    if (traffic === null) return [];
    const facts = [...destinationFacts(traffic, scene), ...mannerFacts(traffic, scene)];
    const weight = facts.reduce((total, fact) => total + fact.weight, 0);
    return weight < ALERT_FROM ? [] : [alertOf(scene, facts, weight, traffic)];
  },
};

function alertOf(scene: Scene, facts: readonly CallFact[], weight: number, traffic: CallTraffic): Alert {
  const { accountSid } = scene;
  const spendUsd = Math.round(facts.reduce((total, fact) => total + fact.spendUsd, 0) * 100) / 100;
  const heaviest = Math.max(...facts.map((fact) => fact.weight));
  const confidence: Confidence =
    weight >= SURE_FROM && knowsDestinations(scene) ? "high" : weight >= CRITICAL_FROM ? "medium" : "low";
  // What only bears the rest out goes on in ordinary calls, and is no news.
  const telling = facts.filter((fact) => fact.weight === heaviest);
  return {
    dedupKey: dedupKey(accountSid, THREAT),
    accountSid,
    threat: THREAT,
    severity: weight >= CRITICAL_FROM ? "critical" : "warning",
    summary: `${capitalised(listed(facts.slice(0, 3).map(({ says }) => says)))}.`,
    evidence: facts.flatMap(({ evidence }) => evidence).slice(0, 10),
    firstSignalAtMs: Math.min(...telling.map(({ firstAtMs }) => firstAtMs)),
    lastSignalAtMs: Math.max(...telling.map(({ lastAtMs }) => lastAtMs)),
    reportedTodayUsd: null,
    category: categoryOf(scene),
    countries: [...new Set(facts.flatMap(({ countries }) => countries))],
    confidence,
    ...(spendUsd > 0 && { money: moneyOf(spendUsd, traffic) }),
  };
}

/** The way that grows most tells more than all calls together. */
function categoryOf(scene: Scene): string {
  const grown = usageReadings(scene)
    .filter(({ category }) => VOICE.includes(category))
    .map(({ category, points }) => ({ category, usd: (points.at(-1)?.spendUsd ?? 0) - (points[0]?.spendUsd ?? 0) }))
    .sort((one, other) => other.usd - one.usd || (one.category < other.category ? -1 : 1));
  return grown[0]?.category ?? "calls-outbound";
}
