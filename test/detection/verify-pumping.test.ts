import { describe, expect, test } from "vitest";
import { verifyPumping } from "../../src/detection/verify-pumping.ts";
import type { ConversionReadingSignal, Signal, VerificationSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { errors, NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;

function judged(signals: readonly Signal[]) {
  const [alert] = verifyPumping.evaluate(scene(signals));
  return alert === undefined ? null : `${alert.severity}, ${alert.confidence}`;
}

function read(attempts: number, converted: number, changes: Partial<ConversionReadingSignal> = {}) {
  return {
    kind: "conversion-reading",
    accountSid: ACCOUNT,
    atMs: NOON,
    sinceMs: NOON - 30 * MINUTE,
    country: "ID",
    attempts,
    converted,
    ...changes,
  } satisfies ConversionReadingSignal;
}

function verifications(
  count: number,
  happened: VerificationSignal["happened"],
  atMs = NOON - 20 * MINUTE,
): readonly Signal[] {
  return Array.from({ length: count }, () => ({
    kind: "verification",
    accountSid: ACCOUNT,
    atMs,
    happened,
    country: "FR",
  }));
}

function flood(country: string, pending: number, approved: number): readonly Signal[] {
  const of = (happened: VerificationSignal["happened"], count: number) =>
    verifications(count, happened).map((signal, index) => ({
      ...signal,
      country,
      atMs: NOON - 50_000 + index * 3_000,
    }));
  return [...of("pending", pending), ...of("approved", approved)];
}

describe("how bad and how sure it is", () => {
  test.each<[string, readonly Signal[], string | null]>([
    ["most codes are typed in", [read(400, 300)], null],
    ["few are, of few", [read(20, 0)], null],
    ["few are", [read(100, 8)], "warning, low"],
    ["few are, of very many", [read(900, 10)], "critical, medium"],
    [
      "the readings of an hour count together",
      [read(20, 1), read(20, 1, { atMs: NOON - 10 * MINUTE })],
      "warning, low",
    ],
    ["told by Event Streams", [...verifications(60, "pending"), ...verifications(5, "approved")], "warning, low"],
    ["codes of this minute are not wasted yet", verifications(60, "pending", NOON - MINUTE), null],
    [
      "the same attempts told twice are not twice as many",
      [read(25, 1, { country: "FR" }), ...verifications(25, "pending")],
      null,
    ],
    ["a flood to a country where none are usual, before anybody could type one in", flood("UZ", 16, 0), "warning, low"],
    ["the same, and people type them in", flood("UZ", 16, 9), null],
    ["the same to a country like any other", flood("FR", 16, 0), null],
    ["Fraud Guard stops some", errors("60410", 5, NOON - MINUTE), "warning, medium"],
    ["too many codes for one number", errors("60212", 6, NOON - MINUTE), "warning, medium"],
    ["Fraud Guard stops many", errors("60410", 60, NOON - MINUTE, 100), "critical, medium"],
    ["both say so", [read(100, 8), ...errors("60238", 5, NOON - MINUTE)], "critical, high"],
  ])("%s", (_, signals, expected) => {
    expect(judged(signals)).toBe(expected);
  });
});

test("a reading of hours does not say that it was within one", () => {
  const [alert] = verifyPumping.evaluate(scene([read(100, 8, { sinceMs: NOON - 125 * MINUTE })]));
  expect(alert?.summary).toBe("8 of 100 one-time codes to Indonesia were typed in within 2 hours.");
  const [hour] = verifyPumping.evaluate(scene([read(100, 8, { sinceMs: NOON - 65 * MINUTE })]));
  expect(hour?.summary).toMatch(/ within an hour\.$/);
});

test("says where, and how many codes were typed in", () => {
  const all = read(140, 30, { country: null });
  expect(verifyPumping.evaluate(scene([read(100, 8), all, ...errors("60410", 7, NOON - MINUTE)]))[0]).toMatchObject({
    summary:
      "8 of 100 one-time codes to Indonesia were typed in within an hour and 7 one-time codes were stopped by Verify within 5 minutes.",
    evidence: [
      { label: "Codes typed in, Indonesia", value: "8 of 100 (8%)" },
      { label: "Codes typed in", value: "30 of 140 (21%)" },
      { label: "Error 60410 (Verify: prefix blocked by Fraud Guard)", value: "7 in the last hour" },
    ],
    countries: ["ID"],
  });
});
