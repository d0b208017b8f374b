import { expect, test } from "vitest";
import type { AccountBaseline } from "../../src/detection/baseline/contract.ts";
import { inboundPumping } from "../../src/detection/inbound-pumping.ts";
import type { CallSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { baselineOf, NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;

function usually(callsADay: number): AccountBaseline {
  const day = { spendUsd: 1, count: callsADay, units: callsADay };
  const category = {
    meanDay: day,
    weekdays: Array.from({ length: 7 }, () => day),
    spread: 0.2,
    byHour: null,
    highestDay: day,
    lastUsedDay: "2026-11-20",
  };
  // The narrower category is part of the other.
  return baselineOf({ categories: { "calls-inbound": category, "calls-inbound-tollfree": category } });
}

function calls(count: number, everyMs: number, changes: Partial<CallSignal> = {}): readonly CallSignal[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: "call",
    accountSid: ACCOUNT,
    atMs: NOON - 50 * MINUTE + index * everyMs,
    happened: "answered",
    callSid: null,
    direction: "inbound",
    country: "US",
    number: null,
    seconds: null,
    ...changes,
  }));
}

function judged(signals: readonly CallSignal[], baseline: AccountBaseline | null = usually(230)) {
  const [alert] = inboundPumping.evaluate(scene(signals, { baseline }));
  return alert === undefined ? null : `${alert.severity}, ${alert.confidence}`;
}

test.each<[string, readonly CallSignal[], string | null]>([
  ["a busy hour", calls(40, MINUTE), null],
  ["a flood, after a minute and a half", calls(28, 3_000), "warning, medium"],
  ["a flood of five minutes", calls(110, 3_000), "critical, high"],
  ["calls that go out", calls(110, 3_000, { direction: "outbound" }), null],
  [
    "the same calls told twice are not twice as many",
    [...calls(20, 3_000), ...calls(20, 3_000, { happened: "completed", seconds: 600 })],
    null,
  ],
])("%s", (_, signals, expected) => {
  expect(judged(signals)).toBe(expected);
});

test("on an account that gets very many calls the same is ordinary, and where nothing is known it is not judged", () => {
  expect(judged(calls(110, 3_000), usually(5_000))).toBeNull();
  expect(judged(calls(110, 3_000), null)).toBeNull();
});

test("says how many came, against how many are usual; ordinary calls later are no news of it", () => {
  const flood = calls(110, 3_000);
  const [alert] = inboundPumping.evaluate(
    scene([...flood, ...calls(1, 0, { atMs: NOON - MINUTE })], { baseline: usually(230) }),
  );
  expect(alert).toMatchObject({
    threat: "inbound-call-pumping",
    summary: "100 calls came in within 5 minutes, where about 3 are usual when it is busy.",
    category: "calls-inbound",
    lastSignalAtMs: flood.at(-1)?.atMs,
  });
});
