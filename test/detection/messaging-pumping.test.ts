import { describe, expect, test } from "vitest";
import type { Scene } from "../../src/detection/contract.ts";
import { messagingPumping } from "../../src/detection/messaging-pumping.ts";
import { DEFAULT_DETECTION } from "../../src/detection/settings.ts";
import type { MessageSignal, Signal, TrafficReadingSignal } from "../../src/signal/contract.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { baselineOf, errors, NOON, scene } from "../support/signals.ts";

const MINUTE = 60_000;
const settings = { ...DEFAULT_DETECTION, allowedCountries: ["US", "GB"] };
const baseline = baselineOf({ destinations: [{ medium: "messages", country: "US", perDay: 600 }] });

function alertOf(signals: readonly Signal[], about: Partial<Scene> = {}) {
  return messagingPumping.evaluate(scene(signals, { settings, baseline, ...about }))[0];
}

function judged(signals: readonly Signal[], about: Partial<Scene> = {}) {
  const alert = alertOf(signals, about);
  return alert === undefined ? null : `${alert.severity}, ${alert.confidence}`;
}

function messages(count: number, country: string, changes: Partial<MessageSignal> = {}): readonly MessageSignal[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: "message",
    accountSid: ACCOUNT,
    atMs: NOON - 59 * MINUTE + index * 29_000,
    happened: "sent",
    messageSid: `SM${String(index).padStart(32, "0")}`,
    country,
    number: null,
    code: null,
    ...changes,
  }));
}

function flood(country: string, count: number): readonly Signal[] {
  return messages(count, country).map((message, index) => ({ ...message, atMs: NOON - 50_000 + index * 3_000 }));
}

function reading(
  to: Readonly<Record<string, number>>,
  changes: Partial<TrafficReadingSignal> = {},
): TrafficReadingSignal {
  const destinations = Object.entries(to).map(([country, count]) => ({ country, count, seconds: 0, spendUsd: null }));
  return {
    kind: "traffic-reading",
    accountSid: ACCOUNT,
    atMs: NOON,
    medium: "messages",
    sinceMs: NOON - 30 * MINUTE,
    total: destinations.reduce((sum, { count }) => sum + count, 0),
    live: 0,
    longCalls: 0,
    longestSeconds: 0,
    destinations,
    neighbours: null,
    failures: [],
    ...changes,
  };
}

const neighbours = (numbers: number, country = "LV") => ({ block: "+37120***", country, numbers });
const failed = (count: number) => [{ code: "30005", count }];

describe("how bad and how sure it is", () => {
  test.each<[string, readonly Signal[], string | null]>([
    ["four messages that Twilio stopped", errors("30450", 4, NOON - MINUTE), null],
    ["five of them: it says itself what it is", errors("30450", 5, NOON - MINUTE), "warning, high"],
    ["of both codes", [...errors("30450", 3, NOON - MINUTE), ...errors("30453", 2, NOON - MINUTE)], "warning, high"],
    ["fifty of them", errors("30453", 50, NOON - MINUTE, 100), "critical, high"],
    ["filtered messages alone: any careless campaign", errors("30007", 200, NOON - MINUTE, 10), null],
    ["a few messages to a new country", [reading({ LV: 30 })], null],
    ["many messages to a new country", [reading({ LV: 120 })], "warning, low"],
    ["the same told by Event Streams", messages(120, "LV"), "warning, low"],
    ["the same told by both: still one hundred and twenty", [reading({ LV: 60 }), ...messages(60, "LV")], null],
    ["a flood to a new country, within its first minute", flood("LV", 16), "warning, low"],
    ["a flood to a country that is allowed", flood("GB", 16), null],
    ["a campaign in a usual country", [reading({ US: 3_000 })], null],
    ["a campaign whose list is old", [reading({ US: 3_000 }, { failures: failed(1_000) })], "warning, low"],
    ["the same as usual, however badly delivered", [reading({ US: 150 }, { failures: failed(60) })], null],
    ["neighbours in a new country", [reading({ LV: 40 }, { neighbours: neighbours(30) })], "warning, low"],
    [
      "neighbours in a usual country, far more than usual, that reach nobody",
      [reading({ US: 900 }, { neighbours: neighbours(400, "US"), failures: failed(500) })],
      "critical, medium",
    ],
    [
      "all of it in a new country",
      [reading({ LV: 400 }, { neighbours: neighbours(300), failures: failed(300) })],
      "critical, high",
    ],
    ["some neighbours among very many", [reading({ US: 3_000 }, { neighbours: neighbours(40, "US") })], null],
  ])("%s", (_, signals, expected) => {
    expect(judged(signals)).toBe(expected);
  });

  test("while destinations are not known, an allowed country is usual and another one is not", () => {
    const unknown = { baseline: null };
    expect(judged([reading({ GB: 5_000 })], unknown)).toBeNull();
    expect(judged([reading({ LV: 120 })], unknown)).toBe("warning, low");
    const nothingSaid = { baseline: null, settings: DEFAULT_DETECTION };
    expect(judged([reading({ FR: 120 })], nothingSaid)).toBeNull();
    expect(judged(flood("UZ", 16), nothingSaid)).toBe("warning, low");
  });
});

test("says where to, how many, and what it cost", () => {
  const told = reading(
    {},
    {
      total: 400,
      destinations: [{ country: "LV", count: 400, seconds: 0, spendUsd: 31.5 }],
      neighbours: neighbours(300),
    },
  );
  expect(alertOf([told])).toMatchObject({
    summary: "400 messages went to Latvia within an hour, where none are usual and 300 of the numbers are neighbours.",
    evidence: [
      { label: "Messages to Latvia", value: "400 within an hour, 31.50 USD" },
      { label: "Neighbouring numbers", value: "300 in +37120*** (Latvia)" },
    ],
    countries: ["LV"],
    money: { perHourUsd: 31.5, lostTodayUsd: 31.5 },
    affectedNumbers: 300,
    category: "sms-outbound",
  });
});

test("a reading of three hours says so, and what an hour of it cost", () => {
  const destinations = [{ country: "LV", count: 4_900, seconds: 0, spendUsd: 900 }];
  const told = reading({}, { total: 4_900, destinations, sinceMs: NOON - 3 * 3_600_000, atMs: NOON });
  const [alert] = messagingPumping.evaluate(scene([told], { nowMs: NOON }));
  expect(alert?.summary).toMatch(/^4,900 messages went to Latvia within 3 hours/);
  expect(alert?.evidence[0]?.value).toBe("4,900 within 3 hours, 900 USD");
  expect(alert?.money).toEqual({ perHourUsd: 300, lostTodayUsd: 900 });
});

test("of a log that was cut, messages are said to be a lower bound", () => {
  const [alert] = messagingPumping.evaluate(scene([reading({ LV: 4_900 }, { isCut: true })], { nowMs: NOON }));
  expect(alert?.summary).toMatch(/^At least 4,900 messages went to Latvia within an hour/);
  expect(alert?.evidence[0]?.value).toMatch(/^at least 4,900 within an hour/);
});

test("ordinary messages that go on are no news of it", () => {
  const attack = messages(120, "LV", { atMs: NOON - 20 * MINUTE });
  expect(alertOf([...attack, ...messages(5, "US", { atMs: NOON })])?.lastSignalAtMs).toBe(NOON - 20 * MINUTE);
});
