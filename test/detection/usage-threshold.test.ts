import { describe, expect, test } from "vitest";
import { foldIntoBuckets } from "../../src/detection/fold.ts";
import { threatTitle } from "../../src/detection/threats.ts";
import { usageThreshold } from "../../src/detection/usage-threshold.ts";
import type { UsageThresholdSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { crossing, NOON, scene, sceneOf } from "../support/signals.ts";

const SECOND_TRIGGER = `UT${"8".repeat(32)}`;

function alertsOf(signals: readonly UsageThresholdSignal[], nowMs = NOON) {
  return usageThreshold.evaluate(scene(signals, { nowMs }));
}

function alertOf(changes: Partial<UsageThresholdSignal>, nowMs = NOON) {
  return alertsOf([crossing(changes)], nowMs)[0];
}

test("says in one sentence what happened, with the facts below", () => {
  expect(alertsOf([crossing()])).toEqual([
    {
      dedupKey: `${ACCOUNT}.toll-fraud`,
      accountSid: ACCOUNT,
      threat: "toll-fraud",
      severity: "critical",
      summary: "Outbound call spend passed 50 USD today: 63.20 USD so far.",
      evidence: [
        { label: "Usage category", value: "calls-outbound" },
        { label: "Threshold", value: "50 USD a day" },
        { label: "Reached", value: "63.20 USD (1.26 times)" },
        { label: "Usage trigger", value: `UT${"2".repeat(32)}` },
      ],
      firstSignalAtMs: NOON,
      lastSignalAtMs: NOON,
      reportedTodayUsd: 63.2,
      category: "calls-outbound",
      countries: [],
    },
  ]);
});

test.each([
  ["calls", "toll-fraud", "Call spend passed 50 USD today: 63.20 USD so far."],
  ["calls-sip-outbound", "toll-fraud", "Outbound SIP call spend passed"],
  ["calls-client", "toll-fraud", "Voice SDK call spend passed"],
  ["trunking-termination", "toll-fraud", "Outbound trunk call spend passed"],
  ["pstnconnectivity-outbound", "toll-fraud", "Outbound call spend passed"],
  ["calls-inbound-tollfree", "inbound-call-pumping", "Toll-free call spend passed"],
  ["sms-outbound-longcode", "messaging-pumping", "Outbound SMS spend passed"],
  ["sms-messages-carrierfees", "messaging-pumping", "Message spend passed"],
  ["channels-whatsapp", "messaging-pumping", "WhatsApp message spend passed"],
  ["verify-package-plans", "verify-pumping", "Verification spend passed"],
  ["authy-sms-outbound", "verify-pumping", "Verification spend passed"],
  ["carrier-lookups", "lookup-abuse", "Number look-up spend passed"],
  ["totalprice", "spend-spike", "Total spend passed"],
  ["phonenumbers-setups", "usage-spike-phonenumbers-setups", "Spend on phonenumbers-setups passed"],
  ["smsish-thing", "usage-spike-smsish-thing", "Spend on smsish-thing passed"],
])("%s is %s", (category, threat, summary) => {
  const alert = alertOf({ category });
  expect(alert).toMatchObject({ threat, category, summary: expect.stringContaining(summary) });
  expect(threatTitle(threat)).not.toBe(threat);
});

test.each([
  [{ measure: "count", threshold: 1000, value: 1342 }, "Outbound calls passed 1,000 today: 1,342 so far."],
  [{ measure: "usage", threshold: 5000, value: 5010.5 }, "Outbound call minutes passed 5,000 today: 5,010.5 so far."],
  [{ measure: "count", category: "sms-outbound" }, "Outbound SMS passed 50 today: 63.2 so far."],
  [{ measure: "count", category: "recordings" }, "The count of recordings passed 50 today: 63.2 so far."],
  [{ measure: "usage", category: "totalprice" }, "Total spend passed 50 USD today: 63.20 USD so far."],
  [{ recurring: "monthly" }, "Outbound call spend passed 50 USD this month: 63.20 USD so far."],
  [{ recurring: "yearly", value: 1250 }, "Outbound call spend passed 50 USD this year: 1,250 USD so far."],
  [{ recurring: "once" }, "Outbound call spend passed 50 USD: 63.20 USD so far."],
] as const)("%j reads %j", (changes, summary) => {
  expect(alertOf(changes)?.summary).toBe(summary);
});

test("after midnight GMT, today has become yesterday", () => {
  const atMs = Date.parse("2026-11-21T23:50:00Z");
  expect(alertOf({ atMs }, atMs + 20 * 60_000)?.summary).toContain("passed 50 USD yesterday");
});

describe("how bad it is", () => {
  test.each([
    ["money where strangers earn by it", {}, "critical"],
    ["a count where strangers earn by it", { measure: "count" }, "warning"],
    ["a count at twice its threshold", { measure: "count", value: 100 }, "critical"],
    ["money elsewhere", { category: "recordings" }, "warning"],
    ["money elsewhere at twice its threshold", { category: "recordings", value: 100 }, "critical"],
    ["money of the whole account", { category: "totalprice" }, "critical"],
    ["a threshold of nothing", { measure: "count", threshold: 0, value: 1 }, "critical"],
  ] as const)("%s", (_name, changes, severity) => {
    expect(alertOf(changes)?.severity).toBe(severity);
  });
});

describe("several triggers", () => {
  test("of one threat are one alert: the newest speaks, the facts of all are there", () => {
    const alerts = alertsOf([
      crossing({ atMs: NOON - 60_000, value: 51 }),
      crossing({ triggerSid: SECOND_TRIGGER, threshold: 100, value: 103, category: "calls-sip-outbound" }),
    ]);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({
      summary: "Outbound SIP call spend passed 100 USD today: 103 USD so far.",
      category: "calls-sip-outbound",
      firstSignalAtMs: NOON - 60_000,
      lastSignalAtMs: NOON,
    });
    expect(alerts[0]?.evidence.map((fact) => fact.value)).toEqual(
      expect.arrayContaining(["50 USD a day", "100 USD a day", "calls-outbound", "calls-sip-outbound"]),
    );
  });

  test("a critical one speaks before a newer warning", () => {
    const [alert] = alertsOf([
      crossing({ atMs: NOON - 60_000 }),
      crossing({ triggerSid: SECOND_TRIGGER, measure: "count", threshold: 10, value: 11 }),
    ]);
    expect(alert).toMatchObject({ severity: "critical", lastSignalAtMs: NOON });
    expect(alert?.summary).toContain("63.20 USD");
  });

  test("that fire in one moment are told in the same words, whatever their order", () => {
    const buckets = foldIntoBuckets([], [crossing(), crossing({ triggerSid: SECOND_TRIGGER, threshold: 60 })]);
    const inOrder = usageThreshold.evaluate(sceneOf(buckets));
    expect(usageThreshold.evaluate(sceneOf(buckets.toReversed()))).toEqual(inOrder);
  });

  test("of different threats, and of different accounts, are different alerts", () => {
    const other = crossing({ triggerSid: SECOND_TRIGGER, category: "sms-outbound" });
    const keys = alertsOf([crossing(), other]).map((alert) => alert.dedupKey);
    expect(keys.sort()).toEqual([`${ACCOUNT}.messaging-pumping`, `${ACCOUNT}.toll-fraud`]);
  });
});

test("a crossing is told for an hour", () => {
  expect(alertsOf([crossing()], NOON + 3_599_999)).toHaveLength(1);
  expect(alertsOf([crossing()], NOON + 3_600_000)).toEqual([]);
});
