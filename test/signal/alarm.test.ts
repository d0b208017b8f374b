import { describe, expect, test } from "vitest";
import { alarm } from "../../src/signal/alarm.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { alarmForm, without } from "../support/webhook-forms.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const FORM = alarmForm(ACCOUNT);

function parse(fields: Readonly<Record<string, string>>) {
  return alarm.parse({ fields, headers: {}, receivedAtMs: NOW });
}

function signalOf(fields: Readonly<Record<string, string>>) {
  const parsed = parse(fields);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.received[0]?.signal;
}

test("says in our words what was counted, and the same from a form and from JSON with numbers in it", () => {
  const signal = {
    kind: "alarm",
    accountSid: ACCOUNT,
    atMs: NOW - 30_000,
    alarmSid: FORM.AppMonitorTriggerSid,
    code: "10004",
    level: "error",
    errors: 55,
    threshold: 50,
    periodMinutes: 15,
  };
  const sourceKey = `alarm:${ACCOUNT}:${FORM.IdempotencyToken}@${FORM.DateFired}`;
  const expected = { ok: true, received: [{ sourceKey, signal }] };
  expect(parse(FORM)).toEqual(expected);
  const json = { ...FORM, CurrentValue: 55, TriggerValue: 50, ErrorCode: 10004, Nested: { AccountSid: "x" } };
  expect(alarm.parse({ fields: {}, json, headers: {}, receivedAtMs: NOW })).toEqual(expected);
});

test.each([
  ["FIVE_MINS", 5],
  ["one_hour", 60],
  ["TWELVE_HOURS", 720],
  ["ONE_DAY", 1_440],
  ["A_FORTNIGHT", 5],
])("a period of %s is %i minutes", (TimePeriod, periodMinutes) => {
  expect(signalOf({ ...FORM, TimePeriod })).toMatchObject({ periodMinutes });
});

test.each([
  ["warning", "warning"],
  ["WARNING", "warning"],
  ["Any Warning or Error", "error"],
  ["", "error"],
])("Log %j is %s", (Log, level) => {
  expect(signalOf({ ...FORM, Log })).toMatchObject({ level });
});

test("without an error code it is about any", () => {
  expect(signalOf({ ...FORM, ErrorCode: "" })).toMatchObject({ code: null });
  expect(signalOf(without(FORM, "ErrorCode"))).toMatchObject({ code: null });
});

describe("which firing it is", () => {
  const keyOf = (fields: Readonly<Record<string, string>>) => {
    const parsed = parse(fields);
    return parsed.ok ? parsed.received[0]?.sourceKey : parsed.reason;
  };

  test("the token has no date, so the date tells firings apart", () => {
    expect(keyOf({ ...FORM, DateFired: "Sat, 21 Nov 2026 11:44:30 +0000" })).not.toBe(keyOf(FORM));
    expect(keyOf(without(FORM, "DateFired"))).toBe("DateFired: is missing");
  });

  test("who holds one account's token cannot use up the key of another", () => {
    expect(keyOf({ ...FORM, AccountSid: `AC${"7".repeat(32)}` })).not.toBe(keyOf(FORM));
  });
});

describe("refuses, naming the field and never its value", () => {
  test.each([
    ["AccountSid", "ACsecret"],
    ["AppMonitorTriggerSid", "AK\u0000secret"],
    ["CurrentValue", "many-many"],
    ["TriggerValue", "-50"],
    ["DateFired", "\u0000secret"],
    ["IdempotencyToken", "with space"],
    ["ErrorCode", "secret"],
  ])("%s %j", (field, value) => {
    const parsed = parse({ ...FORM, [field]: value });
    expect(parsed).toMatchObject({ ok: false, reason: expect.stringMatching(new RegExp(`^${field}: must be `)) });
    expect(JSON.stringify(parsed)).not.toContain(value);
  });

  test.each([[null], [[]], ["text"], [[FORM]], [7]])("JSON that is no object: %j", (json) => {
    expect(alarm.parse({ fields: {}, json, headers: {}, receivedAtMs: NOW })).toMatchObject({ ok: false });
  });
});
