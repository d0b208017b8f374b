import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { expect, test } from "vitest";
import {
  callTraffic,
  type LoggedCall,
  type LoggedMessage,
  loggedCall,
  loggedMessage,
  messageTraffic,
} from "../../src/signal/traffic.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { NOON } from "../support/signals.ts";

const MINUTE = 60_000;
const window = {
  accountSid: ACCOUNT,
  sinceMs: NOON - MINUTE,
  upToMs: NOON,
  readAtMs: NOON + 5_000,
  countryOf: (number: string) =>
    number.startsWith("+") ? (parsePhoneNumberFromString(number)?.country ?? null) : null,
};

let sids = 0;
const sid = (letters: string) => `${letters}${(sids++).toString(16).padStart(32, "0")}`;

function call(changes: Partial<LoggedCall> = {}): LoggedCall {
  return {
    sid: sid("CA"),
    to: "+37125550123",
    direction: "outbound-api",
    status: "completed",
    startedAtMs: NOON - 30_000,
    seconds: 20,
    priceUsd: null,
    ...changes,
  };
}

function message(changes: Partial<LoggedMessage> = {}): LoggedMessage {
  const createdAtMs = changes.createdAtMs ?? NOON - 30_000;
  return {
    sid: sid("SM"),
    to: "+37125550123",
    direction: "outbound-api",
    createdAtMs,
    updatedAtMs: createdAtMs,
    code: null,
    priceUsd: null,
    ...changes,
  };
}

test("calls are counted by country, with their seconds and what they cost as far as Twilio says", () => {
  const calls = [
    call({ seconds: 60, priceUsd: 0.5 }),
    call({ seconds: 30 }),
    call({ to: "+14155550100", priceUsd: 0.01 }),
    call({ to: "sip:pbx@example.com" }),
  ];
  expect(callTraffic(calls, 60, window)).toMatchObject({
    medium: "calls",
    sinceMs: window.sinceMs,
    total: 4,
    destinations: [
      { country: "LV", count: 2, seconds: 90, spendUsd: 0.5 },
      { country: "US", count: 1, seconds: 20, spendUsd: 0.01 },
    ],
  });
});

test("a call is in one reading only: the one of the time in which it began", () => {
  const one = [call({ startedAtMs: NOON })];
  expect(callTraffic(one, 60, window).total).toBe(1);
  expect(callTraffic(one, 60, { ...window, sinceMs: NOON, upToMs: NOON + MINUTE }).total).toBe(0);
  const [twice] = one;
  expect(callTraffic([...one, ...(twice === undefined ? [] : [{ ...twice }])], 60, window).total).toBe(1);
});

test("live calls count whatever their age, and those that are up too long are long", () => {
  const calls = [
    call({ status: "in-progress", seconds: null, startedAtMs: NOON - 90 * MINUTE }),
    call({ status: "in-progress", seconds: null }),
    call({ status: "queued", startedAtMs: null, seconds: null }),
    call({ seconds: 3_700, startedAtMs: NOON - 30_000 }),
  ];
  const reading = callTraffic(calls, 60, window);
  expect(reading).toMatchObject({ live: 3, longCalls: 2, longestSeconds: 90 * 60 + 5, total: 2 });
  expect(callTraffic(calls, 120, window).longCalls).toBe(0);
});

test("calls that come in go nowhere; trunks and <Dial> do", () => {
  const calls = [
    call({ direction: "inbound" }),
    call({ direction: "trunking-originating" }),
    call({ direction: "trunking-terminating" }),
    call({ direction: "outbound-dial" }),
  ];
  expect(callTraffic(calls, 60, window).total).toBe(2);
});

test("neighbouring numbers are told as a block without its last digits, from five on", () => {
  const dialled = (count: number) =>
    Array.from({ length: count }, (_, index) => message({ to: `+3712555${String(1000 + index)}` }));
  expect(messageTraffic(dialled(4), window).neighbours).toBeNull();
  const { neighbours } = messageTraffic([...dialled(6), ...dialled(6)], window);
  expect(neighbours).toEqual({ block: "+371255***", country: "LV", numbers: 6 });
});

test("a message counts when it was made, and its failure when it failed, each once", () => {
  const earlier = message({ createdAtMs: NOON - 5 * MINUTE, updatedAtMs: NOON - 10_000, code: "30007" });
  const now = [message(), message({ code: "30450" }), message({ code: "30450" })];
  expect(messageTraffic([earlier, ...now], window)).toMatchObject({
    total: 3,
    failures: [
      { code: "30450", count: 2 },
      { code: "30007", count: 1 },
    ],
  });
  const later = { ...window, sinceMs: window.upToMs, upToMs: window.upToMs + MINUTE };
  expect(messageTraffic([earlier, ...now], later)).toMatchObject({ total: 0, failures: [] });
});

test("a destination list is short, most first", () => {
  const numbers = ["+14155550100", "+442071234567", "+33123456789", "+4930123456", "+37125550123"];
  const messages = numbers.flatMap((to, index) => Array.from({ length: index + 1 }, () => message({ to })));
  const { destinations } = messageTraffic(messages, window);
  expect(destinations.map(({ country }) => country)).toEqual(["LV", "DE", "FR", "GB", "US"]);
});

test("a record of the SDK is read: dates, texts that are numbers, a negative price", () => {
  const record = {
    sid: `CA${"c".repeat(32)}`,
    to: "+37125550123",
    direction: "outbound-api",
    status: "completed",
    startTime: new Date(NOON),
    duration: "61",
    price: "-0.48200",
  };
  expect(loggedCall(record)).toEqual({
    sid: record.sid,
    to: record.to,
    direction: "outbound-api",
    status: "completed",
    startedAtMs: NOON,
    seconds: 61,
    priceUsd: 0.482,
  });
  const sent = {
    ...record,
    sid: `SM${"c".repeat(32)}`,
    errorCode: 30007,
    dateCreated: new Date(NOON),
    dateUpdated: null,
  };
  expect(loggedMessage({ ...sent, body: "secret" })).toEqual({
    sid: sent.sid,
    to: record.to,
    direction: "outbound-api",
    createdAtMs: NOON,
    updatedAtMs: null,
    code: "30007",
    priceUsd: 0.482,
  });
});

test.each([null, undefined, 3, {}, { sid: 7 }, { sid: "CA1" }])("%j is no call and no message", (record) => {
  expect(loggedCall(record)).toBeNull();
  expect(loggedMessage(record)).toBeNull();
});

test("missing and hostile fields leave a call that says little", () => {
  const record = { sid: `CA${"d".repeat(32)}`, to: 4, status: null, duration: "1e9", price: "NaN", startTime: "never" };
  expect(loggedCall(record)).toEqual({
    sid: record.sid,
    to: "",
    direction: "",
    status: "",
    startedAtMs: null,
    seconds: null,
    priceUsd: null,
  });
});

test("a log that was cut is said to be, for calls and for messages", () => {
  expect(callTraffic([call()], 60, { ...window, isCut: true }).isCut).toBe(true);
  expect(messageTraffic([message()], { ...window, isCut: true }).isCut).toBe(true);
  expect(callTraffic([call()], 60, { ...window, isCut: false })).not.toHaveProperty("isCut");
});
