import { expect, test } from "vitest";
import { conversionsOf } from "../../src/signal/conversions.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON } from "../support/signals.ts";

const HOUR = 3_600_000;
const read = { accountSid: ACCOUNT, sinceMs: NOON - HOUR, readAtMs: NOON };

function attempts(count: number, country: unknown, conversionStatus = "unconverted") {
  return Array.from({ length: count }, (_, index) => ({
    sid: `VL${index.toString(16).padStart(32, "0")}`,
    conversionStatus,
    dateCreated: new Date(NOON - 10_000 * (index + 1)),
    channelData: { to: "+37125550123", country },
  }));
}

const signals = (summary: unknown, list: readonly unknown[] = []) =>
  conversionsOf(summary, list, read).map(({ signal }) => signal);

test("the summary is told for all countries", () => {
  expect(conversionsOf({ totalAttempts: 11, totalConverted: 9, totalUnconverted: 2 }, [], read)).toEqual([
    {
      sourceKey: `conversion:${ACCOUNT}:all:${Math.floor(NOON / 60_000)}`,
      signal: {
        kind: "conversion-reading",
        accountSid: ACCOUNT,
        atMs: NOON,
        sinceMs: NOON - HOUR,
        country: null,
        attempts: 11,
        converted: 9,
      },
    },
  ]);
});

test("attempts that were read are told by country, most first", () => {
  const list = [...attempts(20, "LV"), ...attempts(6, "US", "converted"), ...attempts(4, "GB")];
  expect(signals({ totalAttempts: 30, totalConverted: 6 }, list)).toMatchObject([
    { country: null, attempts: 30 },
    { country: "LV", attempts: 20, converted: 0 },
    { country: "US", attempts: 6, converted: 6 },
    { country: "GB", attempts: 4, converted: 0 },
  ]);
});

test("no attempt: nothing to tell", () => {
  expect(signals({ totalAttempts: 0, totalConverted: 0 })).toEqual([]);
});

test.each([null, undefined, "x", {}, { totalAttempts: -3 }, { totalAttempts: "12" }])(
  "a summary that makes no sense says nothing: %j",
  (summary) => {
    expect(signals(summary)).toEqual([]);
  },
);

test("more converted than attempted is read as all, and hostile attempts are left out", () => {
  const list = [null, 7, { channelData: "x" }, ...attempts(9, "Latvia"), ...attempts(5, "lv")];
  expect(signals({ totalAttempts: 5, totalConverted: 50 }, list)).toMatchObject([
    { country: null, attempts: 5, converted: 5 },
    { country: "LV", attempts: 5 },
  ]);
});
