import { describe, expect, test } from "vitest";
import type { Amount } from "../../src/detection/baseline/contract.ts";
import { isNearEnough, roundedUp } from "../../src/setup/amounts.ts";
import { wantedEventTypes } from "../../src/setup/event-types.ts";
import type { OrdinaryDays } from "../../src/setup/ordinary.ts";
import { wantedTriggers } from "../../src/setup/triggers.ts";

const SETTINGS = { spikeFactor: 2, spikeFloorUsd: 10 };

function usd(spendUsd: number, count = 100): Amount {
  return { spendUsd, count, units: count };
}

function wanted(days: OrdinaryDays, isYoung = false, settings = SETTINGS) {
  return new Map(
    wantedTriggers({ days, isYoung }, settings).map(({ category, measure, value }) => [category, [measure, value]]),
  );
}

const CALLS = { "calls-outbound": { busiest: usd(17.28), highest: usd(20) } };

describe("what a trigger's value is", () => {
  test("so many times a busy ordinary day, as policy says, and a number that reads well", () => {
    expect(wanted(CALLS).get("calls-outbound")).toEqual(["price", 35]);
    expect(wanted(CALLS, false, { ...SETTINGS, spikeFactor: 3 }).get("calls-outbound")).toEqual(["price", 60]);
  });

  test("never within the floor of an ordinary day: cents are nobody's incident", () => {
    const days = { "calls-outbound": { busiest: usd(0.5), highest: usd(0.6) } };
    expect(wanted(days).get("calls-outbound")).toEqual(["price", 12.5]);
  });

  test("a campaign that was may raise it by half at most, so that an attack that was cannot hide the next", () => {
    const valueAfter = (highest: number) =>
      wanted({ "calls-outbound": { busiest: usd(20), highest: usd(highest) } }).get("calls-outbound");
    expect(valueAfter(30)).toEqual(["price", 40]);
    expect(valueAfter(44)).toEqual(["price", 50]);
    expect(valueAfter(5_000)).toEqual(["price", 60]);
  });

  test("one of a product that was never used", () => {
    expect(wanted(CALLS).get("calls-client")).toEqual(["count", 1]);
    expect(wanted(CALLS).get("calls-sip-outbound")).toEqual(["count", 1]);
  });

  test("of look-ups is not reached by the few that Tollgate makes itself", () => {
    expect(wanted(CALLS).get("lookups")).toEqual(["count", 50]);
    const free = { lookups: { busiest: usd(0, 4), highest: usd(0, 5) } };
    expect(wanted(free).get("lookups")).toEqual(["count", 60]);
  });

  test("a number of things where nothing is charged", () => {
    const days = { "calls-client": { busiest: usd(0, 300), highest: usd(0, 310) } };
    expect(wanted(days).get("calls-client")).toEqual(["count", 600]);
  });

  test("the total is money on every account; a young one has nothing else, as all that it does is new", () => {
    expect(wanted({}).get("totalprice")).toEqual(["price", 10]);
    expect([...wanted({}, true).keys()]).toEqual(["totalprice"]);
    expect([...wanted(CALLS, true).keys()]).toEqual(["totalprice", "calls-outbound"]);
  });

  test.each([
    [0.2, 1],
    [1.01, 1.25],
    [10, 10],
    [34.56, 35],
    [99, 100],
    [1_340, 1_500],
    [123_456, 125_000],
  ])("%d reads well as %d", (amount, rounded) => {
    expect(roundedUp(amount)).toBe(rounded);
    expect(isNearEnough(rounded, amount)).toBe(true);
  });
});

describe("which events are subscribed to", () => {
  const version = (types: ReturnType<typeof wantedEventTypes>, end: string) =>
    types.find(({ type }) => type.endsWith(end))?.schemaVersion;

  test("those that Twilio offers, in the version that is read where it has that", () => {
    const offered = [
      { type: "com.twilio.voice.api-request.call.created", schemaVersion: 3 },
      { type: "com.twilio.messaging.message.sent", schemaVersion: 7 },
      { type: "com.twilio.iam.ip.blocked", schemaVersion: 1 },
    ];
    const types = wantedEventTypes(offered);
    expect(types.map(({ schemaVersion }) => schemaVersion)).toEqual([2, 7, 1]);
  });

  test("all of them when Twilio does not list what it offers", () => {
    const types = wantedEventTypes(null);
    expect(types.length).toBeGreaterThan(10);
    expect(version(types, "error.logged")).toBe(2);
  });
});
