import { describe, expect, test } from "vitest";
import { conclude } from "../../src/detection/conclude.ts";
import type { OurChange, Scene } from "../../src/detection/contract.ts";
import { permissionThenTraffic } from "../../src/detection/permission-then-traffic.ts";
import { threatTitle } from "../../src/detection/threats.ts";
import { tollFraud } from "../../src/detection/toll-fraud.ts";
import type { CallSignal, ChangeSignal, MessageSignal, Signal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON, noneBreaks, scene } from "../support/signals.ts";

const HOUR = 3_600_000;

function opening(changes: Partial<ChangeSignal> = {}): ChangeSignal {
  return {
    kind: "change",
    accountSid: ACCOUNT,
    atMs: NOON - 3 * HOUR,
    eventSid: `AE${"1".repeat(32)}`,
    type: "voice-geographic-permissions.updated",
    actorSid: `US${"7".repeat(32)}`,
    actorType: "user",
    resourceSid: null,
    source: "web",
    address: "203.0.113.9",
    countries: ["LV"],
    isOpening: true,
    ...changes,
  };
}

function calls(country: string, count: number, fromMs = NOON): readonly CallSignal[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: "call",
    accountSid: ACCOUNT,
    atMs: fromMs - index * 1_000,
    happened: "created",
    callSid: null,
    direction: "outbound",
    country,
    number: null,
    seconds: null,
  }));
}

function messages(country: string, count: number): readonly MessageSignal[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: "message",
    accountSid: ACCOUNT,
    atMs: NOON - index * 1_000,
    happened: "sent",
    messageSid: `SM${String(index).padStart(32, "0")}`,
    country,
    number: null,
    code: null,
  }));
}

function said(signals: readonly Signal[], changes: Partial<Scene> = {}) {
  return permissionThenTraffic.evaluate(scene(signals, { nowMs: NOON + 1_000, ...changes }));
}

test("an opening alone warns", () => {
  expect(said([opening()])).toMatchObject([
    {
      threat: "permission-opened",
      severity: "warning",
      confidence: "medium",
      summary:
        "Latvia was opened for calls at 2026-11-21 09:00 GMT, and Tollgate did not do it: no calls went there yet.",
      countries: ["LV"],
      lastSignalAtMs: NOON - 3 * HOUR,
    },
  ]);
  expect(threatTitle("permission-opened")).not.toBe("permission-opened");
});

test("with calls after it, it is the toll fraud, with both facts", () => {
  expect(said([opening(), ...calls("LV", 34)])).toMatchObject([
    {
      dedupKey: `${ACCOUNT}.toll-fraud`,
      severity: "critical",
      confidence: "high",
      summary:
        "Latvia was opened for calls at 2026-11-21 09:00 GMT, not by Tollgate, and 34 calls went there within an hour.",
      evidence: [
        {
          label: "Opened for calls",
          value: `Latvia, 2026-11-21 09:00 GMT, by US${"7".repeat(32)}, from 203.0.113.9`,
        },
        { label: "Calls to Latvia", value: "34 since it was opened; usually none" },
      ],
      countries: ["LV"],
    },
  ]);
});

test("what the calls alone say joins it: one incident", () => {
  const alerts = conclude(
    [permissionThenTraffic, tollFraud],
    scene([opening(), ...calls("LV", 34)], { nowMs: NOON + 1 }),
    noneBreaks,
  );
  expect(alerts).toHaveLength(1);
  expect(alerts[0]?.summary).toContain("was opened for calls");
  expect(alerts[0]?.evidence.map(({ value }) => value)).toContain("34 within an hour; usually none");
});

test("of a log that was cut, the calls after it are a lower bound", () => {
  const destinations = [{ country: "LV", count: 4_000, seconds: 60, spendUsd: 80 }];
  const reading: Signal = {
    kind: "traffic-reading",
    accountSid: ACCOUNT,
    atMs: NOON,
    medium: "calls",
    sinceMs: NOON - 60_000,
    total: 5_000,
    live: 0,
    longCalls: 0,
    longestSeconds: 60,
    destinations,
    neighbours: null,
    failures: [],
    isCut: true,
  };
  expect(said([opening(), reading])).toMatchObject([
    { summary: expect.stringMatching(/and at least 4,000 calls went there/), money: { isAtLeast: true } },
  ]);
});

test("messages after an opening are pumping", () => {
  const sms = opening({ type: "sms-geographic-permissions.updated", countries: ["UZ"] });
  expect(said([sms, ...messages("UZ", 12)])).toMatchObject([{ threat: "messaging-pumping", countries: ["UZ"] }]);
  expect(said([sms, ...calls("UZ", 12)])).toMatchObject([{ threat: "permission-opened" }]);
});

describe("is not the reason for", () => {
  test.each([
    ["calls before it", [opening({ atMs: NOON - 60_000 }), ...calls("LV", 20, NOON - 5 * 60_000)]],
    ["calls elsewhere", [opening(), ...calls("US", 200)]],
    ["a call or two", [opening(), ...calls("LV", 2)]],
  ])("%s", (_name, signals) => {
    expect(said(signals)).toMatchObject([{ threat: "permission-opened" }]);
  });

  test("calls that are usual there", () => {
    const destinations = [{ medium: "calls" as const, country: "LV", perDay: 240 }];
    const baseline = { builtAtMs: 0, days: 56, categories: {}, destinations, destinationDays: 28, addresses: [] };
    expect(said([opening(), ...calls("LV", 50)], { baseline })).toMatchObject([{ threat: "permission-opened" }]);
  });
});

describe("says nothing of", () => {
  const ours: OurChange = {
    what: "undo of a block",
    fromMs: NOON - 4 * HOUR,
    toMs: NOON - 2 * HOUR,
    eventTypes: ["voice-geographic-permissions."],
    resourceSids: null,
  };
  test.each([
    ["what Tollgate opened", [opening({ source: "api" })], { ours: [ours] }],
    ["what was closed", [opening({ isOpening: false })], {}],
    ["what Twilio did", [opening({ source: "twilio" })], {}],
    ["what policy allows", [opening()], { settings: { ...scene([]).settings, allowedCountries: ["LV"] } }],
    ["other changes", [opening({ type: "account-api-keys.created" })], {}],
    ["what is older than a day", [opening({ atMs: NOON - 25 * HOUR })], {}],
  ] as const)("%s", (_name, signals, changes) => {
    expect(said(signals, changes)).toEqual([]);
  });
});

test("when Twilio does not say which country, calls to where fraud goes are enough", () => {
  const unnamed = opening({ countries: [] });
  expect(said([unnamed, ...calls("LV", 5), ...calls("US", 50)])).toMatchObject([
    { threat: "toll-fraud", countries: ["LV"] },
  ]);
  expect(said([unnamed, ...calls("US", 50)])[0]?.summary).toMatch(/^A country was opened for calls at/);
});
