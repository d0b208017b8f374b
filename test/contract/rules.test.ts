import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conclude } from "../../src/detection/conclude.ts";
import type { Alert } from "../../src/detection/contract.ts";
import { rules } from "../../src/detection/index.ts";
import { isThreat, KNOWN_THREATS, threatTitle } from "../../src/detection/threats.ts";
import { anyScene, sceneTwice } from "../support/any-signal.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON, noneBreaks, sceneOf } from "../support/signals.ts";

const DAY = 86_400_000;
const RUNS = { numRuns: 30 };

function sorted(alerts: readonly Alert[]): readonly string[] {
  return alerts.map((alert) => JSON.stringify(alert)).sort();
}

/** Whatever sees the light of a card. */
function expectWhole(alert: Alert): void {
  expect(alert.accountSid).toBe(ACCOUNT);
  expect(alert.dedupKey).toBe(`${alert.accountSid}.${alert.threat}`);
  expect(alert.threat).toMatch(/^[a-z0-9-]+$/);
  expect(isThreat(alert.threat)).toBe(true);
  expect(threatTitle(alert.threat)).not.toBe(alert.threat);
  expect(alert.summary).toMatch(/^[A-Z0-9].*[^.]\.$/);
  expect(alert.summary).not.toMatch(/NaN|undefined|null|Infinity/);
  expect(alert.evidence.length).toBeGreaterThan(0);
  expect(alert.evidence.length).toBeLessThanOrEqual(10);
  expect(JSON.stringify(alert.evidence)).not.toMatch(/NaN|undefined|Infinity|"value":""/);
  // Numbers of people stay with the responders.
  expect(JSON.stringify(alert)).not.toMatch(/\+\d{9,}/);
  expect(alert.firstSignalAtMs).toBeLessThanOrEqual(alert.lastSignalAtMs);
  expect(alert.lastSignalAtMs).toBeGreaterThan(NOON - DAY);
  expect(alert.lastSignalAtMs).toBeLessThanOrEqual(NOON);
  expect(new Set(alert.countries).size).toBe(alert.countries.length);
  // What cannot be written as JSON is not what people would read again later.
  expect(JSON.parse(JSON.stringify(alert))).toEqual(alert);
}

test("no two rules have one id", () => {
  expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
});

test("every threat that can be named has a heading of its own", () => {
  expect(new Set(KNOWN_THREATS.map(threatTitle)).size).toBe(KNOWN_THREATS.length);
});

test("every rule speaks of some of the accounts below: of none, nothing would be tested", () => {
  const scenes = fc.sample(anyScene, { numRuns: 800, seed: 1 });
  const silent = rules.filter((rule) => scenes.every((scene) => rule.evaluate(scene).length === 0));
  expect(silent.map(({ id }) => id)).toEqual([]);
});

describe.each(rules)("rule $id", (rule) => {
  test("says nothing of nothing", () => {
    expect(rule.evaluate(sceneOf([]))).toEqual([]);
  });

  test("says the same when asked twice, whatever the order of signals and buckets, and changes nothing", () => {
    fc.assert(
      fc.property(sceneTwice, ({ one, other }) => {
        const before = JSON.stringify(one);
        const alerts = sorted(rule.evaluate(one));
        expect(sorted(rule.evaluate(one))).toEqual(alerts);
        expect(sorted(rule.evaluate(other))).toEqual(alerts);
        expect(sorted(rule.evaluate({ ...one, buckets: one.buckets.toReversed() }))).toEqual(alerts);
        expect(JSON.stringify(one)).toBe(before);
      }),
      RUNS,
    );
  });

  test("an alert names its account, a titled threat, a sentence and a true span of time", () => {
    fc.assert(
      fc.property(anyScene, (scene) => {
        // Around midnight a rule may speak of two days: one alert of each threat is made below, of all rules together.
        for (const alert of rule.evaluate(scene)) expectWhole(alert);
      }),
      RUNS,
    );
  });
});

test("all rules together make one alert of each threat, and nothing that policy ignores", () => {
  fc.assert(
    fc.property(anyScene, fc.subarray([...KNOWN_THREATS]), (scene, ignoredThreats) => {
      const alerts = conclude(rules, { ...scene, settings: { ...scene.settings, ignoredThreats } }, noneBreaks);
      for (const alert of alerts) expectWhole(alert);
      const threats = alerts.map(({ threat }) => threat);
      expect(new Set(threats).size).toBe(threats.length);
      expect(threats.filter((threat) => ignoredThreats.includes(threat))).toEqual([]);
    }),
    RUNS,
  );
});
