import { expect, test } from "vitest";
import { newestOf } from "../../src/detection/fold.ts";
import { portedOut } from "../../src/detection/ported-out.ts";
import type { PortOutSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;

function told(number: string, atMs = NOON): PortOutSignal {
  return { kind: "ported-out", accountSid: ACCOUNT, atMs, number };
}

function missing(number: string, atMs = NOON): PortOutSignal {
  return { ...told(number, atMs), lastSeenAtMs: NOON - 60 * MINUTE };
}

function alertOf(...signals: readonly PortOutSignal[]) {
  const alerts = portedOut.evaluate(scene(signals, { nowMs: NOON + 30 * MINUTE }));
  expect(alerts).toHaveLength(1);
  return alerts[0];
}

test("a number that is only missing is a warning of low confidence that says what is known, and when it was last there", () => {
  const alert = alertOf(missing("+14155550101"));
  expect(alert).toMatchObject({ severity: "warning", confidence: "low", affectedNumbers: 1 });
  expect(alert?.summary).toBe(
    "1 phone number is not on this account any more, and nothing in Twilio's record says that somebody released it: it may have gone to another carrier.",
  );
  expect(alert?.evidence).toEqual([{ label: "Missing", value: expect.stringMatching(/last seen there .*11:00/) }]);
  expect(JSON.stringify(alert)).not.toContain("5550101");
});

test.each([
  ["before", told("+14155550101"), missing("+14155550101", NOON + 20 * MINUTE)],
  ["after", told("+14155550101", NOON + 20 * MINUTE), missing("+14155550101")],
  ["in the same minute as", told("+14155550101"), missing("+14155550101", NOON + 1_000)],
])("a number of which Twilio told %s it was missed is one fact, and critical", (_when, one, other) => {
  const alert = alertOf(one, other);
  expect(alert).toMatchObject({ severity: "critical", confidence: "medium", affectedNumbers: 1 });
  expect(alert?.summary).toMatch(/^1 phone number of this account went to another carrier: .* there now\.$/);
  expect(alert?.evidence.map(({ label }) => label)).toEqual(["Ported out"]);
  expect(newestOf(one, other)).toBe(one);
  expect(newestOf(other, one)).toBe(one);
});

test("numbers that left and numbers that are missing are told apart in one alert", () => {
  const alert = alertOf(told("+14155550101"), missing("+14155550102"), missing("+14155550103"));
  expect(alert).toMatchObject({ severity: "critical", affectedNumbers: 3 });
  expect(alert?.summary).toMatch(
    /^1 phone number of this account went .* 2 more are not on this account any more, .* they may have gone/,
  );
  expect(alert?.evidence.map(({ label }) => label)).toEqual(["Ported out (1)", "Missing (2)", "Missing (3)"]);
});
