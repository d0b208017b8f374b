import { describe, expect, test } from "vitest";
import { rules } from "../../src/detection/index.ts";
import { threatTitle } from "../../src/detection/threats.ts";
import type { Signal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { errorSignal, errors, NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;

function alertsOf(signals: readonly Signal[], nowMs = NOON + MINUTE) {
  return rules.flatMap((rule) => rule.evaluate(scene(signals, { nowMs })));
}

describe("how many of them are a burst", () => {
  test.each([
    ["20003", 4, null, null],
    ["20003", 5, "refused-credentials", "warning"],
    ["20003", 25, "refused-credentials", "critical"],
    ["32201", 4, null, null],
    ["32202", 5, "sip-attack", "warning"],
    ["32203", 50, "sip-attack", "critical"],
    ["11200", 9, null, null],
    ["11200", 10, "failing-webhooks", "warning"],
    ["13227", 4, null, null],
    ["13227", 5, "blocked-destinations", "critical"],
    ["21215", 5, "blocked-destinations", "critical"],
    ["32205", 5, "blocked-destinations", "critical"],
    ["21408", 5, "blocked-destinations", "critical"],
    ["30007", 19, null, null],
    ["30007", 20, "errors-30007", "warning"],
    ["99999", 5000, "errors-99999", "warning"],
  ])("%s x %i: %s %s", (code, count, threat, severity) => {
    const alerts = alertsOf(errors(code, count, NOON, 10));
    expect(alerts.map((alert) => [alert.threat, alert.severity])).toEqual(threat === null ? [] : [[threat, severity]]);
    for (const alert of alerts) expect(threatTitle(alert.threat)).not.toBe(alert.threat);
  });
});

test("says in one sentence what happened, with the facts below", () => {
  expect(alertsOf([...errors("32202", 37), ...errors("32201", 2, NOON + 500)])).toEqual([
    {
      dedupKey: `${ACCOUNT}.sip-attack`,
      accountSid: ACCOUNT,
      threat: "sip-attack",
      severity: "warning",
      summary: "39 refused SIP calls within 5 minutes: somebody probes the SIP domains for a way in.",
      evidence: [
        { label: "Error 32202 (SIP: wrong user or password)", value: "37 in the last hour" },
        { label: "Error 32201 (SIP: source address not allowed)", value: "2 in the last hour" },
      ],
      firstSignalAtMs: NOON,
      lastSignalAtMs: NOON + 36_000,
      reportedTodayUsd: null,
      category: "calls-sip",
      countries: [],
    },
  ]);
  expect(alertsOf(errors("30007", 21))[0]?.summary).toBe(
    "21 times Error 30007 (Message: filtered by the carrier) within 5 minutes.",
  );
});

test("names the newest resource when Twilio said one", () => {
  const about = { ...errorSignal("20003", NOON + 10_000), resourceSid: `CA${"5".repeat(32)}` };
  expect(alertsOf([...errors("20003", 5), about])[0]?.evidence).toContainEqual({
    label: "Latest resource",
    value: `CA${"5".repeat(32)}`,
  });
});

describe("when they are a burst", () => {
  test("errors of one story count together, others apart", () => {
    expect(alertsOf([...errors("13227", 3), ...errors("21408", 2)])).toHaveLength(1);
    expect(alertsOf([...errors("13227", 4), ...errors("20003", 4), ...errors("30007", 19)])).toEqual([]);
  });

  test("spread over more than five minutes they are none", () => {
    expect(alertsOf(errors("20003", 12, NOON, 2 * MINUTE), NOON + 24 * MINUTE)).toEqual([]);
  });

  test("across a minute's edge they are one", () => {
    expect(alertsOf([...errors("20003", 2, NOON + 59_000, 500), ...errors("20003", 3, NOON + MINUTE)])).toHaveLength(1);
  });

  test("the worst five minutes of the hour speak, also when the last ones are quiet", () => {
    const signals = [...errors("20003", 30), ...errors("20003", 2, NOON + 40 * MINUTE)];
    expect(alertsOf(signals, NOON + 41 * MINUTE)[0]).toMatchObject({
      severity: "critical",
      summary: expect.stringMatching(/^30 API requests with refused credentials within 5 minutes: /),
      lastSignalAtMs: NOON + 40 * MINUTE + 1_000,
    });
  });

  test("an hour later it is over", () => {
    expect(alertsOf(errors("20003", 5), NOON + 61 * MINUTE)).toEqual([]);
  });
});

test("a single error some minutes after a burst does not count as its last: it must not reopen what was resolved", () => {
  const burst = errors("32202", 60, NOON, 100);
  const [alert] = alertsOf([...burst, errorSignal("32202", NOON + 10 * MINUTE)], NOON + 11 * MINUTE);
  expect(alert?.lastSignalAtMs).toBe(NOON + 59 * 100);
});

describe("messages that do not arrive", () => {
  const written = (total: number): Signal => ({
    kind: "traffic-reading",
    accountSid: ACCOUNT,
    atMs: NOON,
    medium: "messages",
    sinceMs: NOON - 30 * MINUTE,
    total,
    live: 0,
    longCalls: 0,
    longestSeconds: 0,
    destinations: [],
    neighbours: null,
    failures: [],
  });
  const threats = (signals: readonly Signal[]) => alertsOf(signals).map(({ threat }) => threat);

  test("are ordinary where very many were written", () => {
    expect(threats([...errors("30003", 60, NOON, 10), written(5_000)])).toEqual([]);
    expect(threats([...errors("99999", 60, NOON, 10), written(5_000)])).toEqual(["errors-99999"]);
  });

  test("are a burst where few were, or nobody knows how many", () => {
    expect(threats([...errors("30003", 60, NOON, 10), written(500)])).toEqual(["errors-30003"]);
    expect(threats(errors("30003", 60, NOON, 10))).toEqual(["errors-30003"]);
  });
});
