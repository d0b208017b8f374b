import { describe, expect, test } from "vitest";
import { conclude } from "../../src/detection/conclude.ts";
import type { OurChange, Scene } from "../../src/detection/contract.ts";
import { rules } from "../../src/detection/index.ts";
import type { AlarmSignal, Signal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { baselineOf, change, crossing, errors, NOON, noneBreaks, scene } from "../support/signals.ts";

const MINUTE = 60_000;

function alertsOf(signals: readonly Signal[], about: Partial<Scene> = {}) {
  return conclude(rules, scene(signals, { nowMs: NOON + MINUTE, ...about }), noneBreaks);
}

function alarm(changes: Partial<AlarmSignal> = {}): AlarmSignal {
  return {
    kind: "alarm",
    accountSid: ACCOUNT,
    atMs: NOON,
    alarmSid: "AL1",
    code: "32202",
    level: "error",
    errors: 120,
    threshold: 100,
    periodMinutes: 15,
    ...changes,
  };
}

describe("a Console alarm", () => {
  test("joins the threat of its code: the debugger told the same errors, and it is one alert with both facts", () => {
    const alerts = alertsOf([alarm(), ...errors("32202", 40, NOON, 100)]);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ threat: "sip-attack", severity: "warning" });
    expect(alerts[0]?.evidence.map(({ label }) => label)).toEqual([
      "Error 32202 (SIP: wrong user or password)",
      "Console alarm",
      "Alarm",
    ]);
  });

  test("speaks alone too: as bad as that many errors are", () => {
    expect(alertsOf([alarm()])[0]).toMatchObject({
      threat: "sip-attack",
      severity: "warning",
      summary: "A Console alarm went off: 120 times Error 32202 (SIP: wrong user or password) within 15 minutes.",
    });
    expect(alertsOf([alarm({ errors: 400 })])[0]?.severity).toBe("critical");
  });

  test("for errors of any kind it has a threat of its own", () => {
    expect(alertsOf([alarm({ code: null })]).map(({ threat }) => threat)).toEqual(["console-alarm"]);
  });
});

test("a number that left is told masked, and at once critical", () => {
  const left = (number: string): Signal => ({ kind: "ported-out", accountSid: ACCOUNT, atMs: NOON, number });
  const [alert] = alertsOf([left("+14155550101"), left("+14155550102"), left("+14155550101")]);
  expect(alert).toMatchObject({ threat: "ported-out", severity: "critical", affectedNumbers: 2 });
  expect(alert?.summary).toMatch(/^2 phone numbers of this account went to another carrier/);
  expect(JSON.stringify(alert)).not.toContain("5550101");
});

test("sources that say nothing are one alert that names them", () => {
  const quiet = (source: string): Signal => ({
    kind: "quiet-source",
    accountSid: ACCOUNT,
    atMs: NOON,
    source,
    quietSinceMs: NOON - 180 * MINUTE,
  });
  expect(alertsOf([quiet("events"), quiet("debugger")])[0]).toMatchObject({
    threat: "quiet-source",
    severity: "warning",
    summary: expect.stringMatching(/^Nothing comes from the debugger webhook and Event Streams although/),
    evidence: [{ label: "Nothing from the debugger webhook", value: "since 2026-11-21 09:00 GMT" }, {}],
  });
});

test("events that reach no sink are our own deafness, and a warning", () => {
  expect(alertsOf(errors("91304", 200, NOON, 10)).map(({ threat, severity }) => [threat, severity])).toEqual([
    ["ingest-failing", "warning"],
  ]);
});

describe("what one alert explains is evidence of it", () => {
  test("refused requests beside a takeover", () => {
    const about = { baseline: baselineOf() };
    const key = change({ address: "198.51.100.99" });
    const [alert, ...others] = alertsOf([key, ...errors("20003", 30)], about);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ threat: "account-takeover", severity: "critical" });
    expect(alert?.evidence.map(({ label }) => label)).toContain("Error 20003 (Credentials refused)");
  });

  test("but not beside one of yesterday", () => {
    const about = { baseline: baselineOf() };
    const key = change({ address: "198.51.100.99", atMs: NOON - 20 * 60 * MINUTE });
    expect(alertsOf([key, ...errors("20003", 30)], about).map(({ threat }) => threat)).toEqual([
      "refused-credentials",
      "account-takeover",
    ]);
  });

  test("messages that carriers refuse, beside pumping", () => {
    const threats = (signals: readonly Signal[]) => alertsOf(signals).map(({ threat }) => threat);
    expect(threats(errors("30007", 40, NOON, 100))).toEqual(["errors-30007"]);
    expect(threats([...errors("30007", 40, NOON, 100), ...errors("30450", 6)])).toEqual(["messaging-pumping"]);
  });

  test("the whole account's spend, beside the fraud that it is spent on", () => {
    const total = crossing({ triggerSid: `UT${"3".repeat(32)}`, category: "totalprice", value: 90 });
    expect(alertsOf([crossing(), total]).map(({ threat }) => threat)).toEqual(["toll-fraud"]);
    expect(alertsOf([total]).map(({ threat }) => threat)).toEqual(["spend-spike"]);
  });

  test("but what policy ignores explains nothing", () => {
    const total = crossing({ triggerSid: `UT${"3".repeat(32)}`, category: "totalprice", value: 90 });
    const settings = { ...scene([]).settings, ignoredThreats: ["toll-fraud"] };
    expect(alertsOf([crossing(), total], { settings }).map(({ threat }) => threat)).toEqual(["spend-spike"]);
  });
});

describe("after Tollgate ended credentials", () => {
  const rotation: OurChange = {
    what: "Rotate the auth token",
    fromMs: NOON - MINUTE,
    toMs: NOON + 15 * MINUTE,
    eventTypes: ["account-auth-token."],
    resourceSids: null,
    endsCredentials: true,
  };
  const refused = (fromMs: number) => errors("20003", 30, fromMs, 100);
  const threats = (signals: readonly Signal[], nowMs: number) =>
    alertsOf(signals, { ours: [rotation], nowMs }).map(({ threat }) => threat);

  test("requests that are refused within the hour are what was wanted", () => {
    expect(threats(refused(NOON + 40 * MINUTE), NOON + 41 * MINUTE)).toEqual([]);
  });

  test("those after it are worth a look, and so were those before", () => {
    expect(threats(refused(NOON + 70 * MINUTE), NOON + 71 * MINUTE)).toEqual(["refused-credentials"]);
    expect(threats(refused(NOON - 10 * MINUTE), NOON + MINUTE)).toEqual(["refused-credentials"]);
  });
});

test("a rule that meets a bug is reported, and the others speak", () => {
  const broken: string[] = [];
  const throwing = {
    id: "broken",
    evaluate() {
      throw new Error("no such thing");
    },
  };
  const alerts = conclude([throwing, ...rules], scene([crossing()]), (id) => broken.push(id));
  expect(broken).toEqual(["broken"]);
  expect(alerts).toHaveLength(1);
});
