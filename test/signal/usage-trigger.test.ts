import { describe, expect, test } from "vitest";
import { usageTrigger } from "../../src/signal/usage-trigger.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { usageTriggerForm, without } from "../support/webhook-forms.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const FORM = usageTriggerForm(ACCOUNT);

function parse(fields: Readonly<Record<string, string>>, receivedAtMs = NOW) {
  return usageTrigger.parse({ fields, headers: {}, receivedAtMs });
}

function signalOf(fields: Readonly<Record<string, string>>, receivedAtMs = NOW) {
  const parsed = parse(fields, receivedAtMs);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.received[0]?.signal;
}

test("says what was crossed in our words", () => {
  expect(parse({ ...FORM, DateFired: "Sat, 21 Nov 2026 11:59:40 +0000" })).toEqual({
    ok: true,
    received: [
      {
        sourceKey: `usage-trigger:${ACCOUNT}:${FORM.IdempotencyToken}`,
        signal: {
          kind: "usage-threshold",
          accountSid: ACCOUNT,
          atMs: NOW - 20_000,
          triggerSid: FORM.UsageTriggerSid,
          category: "totalprice",
          measure: "price",
          threshold: 30,
          value: 31.2,
          recurring: "daily",
        },
      },
    ],
  });
});

test.each([
  ["", "once"],
  ["alltime", "once"],
  ["Monthly", "monthly"],
  ["yearly", "yearly"],
])("Recurring %j is %s", (Recurring, recurring) => {
  expect(signalOf({ ...FORM, Recurring })).toMatchObject({ recurring });
});

test("without Recurring it fires once, without TriggerBy it counts usage", () => {
  expect(signalOf(without(without(FORM, "Recurring"), "TriggerBy"))).toMatchObject({
    recurring: "once",
    measure: "usage",
  });
});

describe("when it fired", () => {
  test.each([
    ["long ago (a late delivery)", "Thu, 04 Oct 2012 01:02:03 +0000"],
    ["tomorrow (their clock, or ours)", "Sun, 22 Nov 2026 12:00:00 +0000"],
    ["only a day", "2026-11-21"],
    ["no date", "soon"],
    ["nothing", ""],
  ])("%s counts from its arrival: it is news now", (_name, DateFired) => {
    expect(signalOf({ ...FORM, DateFired })?.atMs).toBe(NOW);
  });
});

describe("which firing it is", () => {
  const keyOf = (fields: Readonly<Record<string, string>>, receivedAtMs = NOW) => {
    const parsed = parse(fields, receivedAtMs);
    return parsed.ok ? parsed.received[0]?.sourceKey : parsed.reason;
  };

  test("without a token: the trigger and its date, whenever it arrives", () => {
    const form = without(FORM, "IdempotencyToken");
    expect(keyOf(form)).toBe(`usage-trigger:${ACCOUNT}:${FORM.UsageTriggerSid}@${FORM.DateFired}`);
    expect(keyOf(form, NOW + 3_600_000)).toBe(keyOf(form));
  });

  test("without a token and a date it is refused: firings could not be told apart", () => {
    expect(keyOf(without(without(FORM, "IdempotencyToken"), "DateFired"))).toBe("IdempotencyToken: is missing");
  });

  test("who holds one account's token cannot use up the key of another", () => {
    const other = `AC${"7".repeat(32)}`;
    expect(keyOf({ ...FORM, AccountSid: other })).not.toBe(keyOf(FORM));
  });
});

describe("refuses, naming the field and never its value", () => {
  test.each([
    ["AccountSid", "ACsecret"],
    ["UsageTriggerSid", `UT${"2".repeat(31)}\u0000`],
    ["UsageCategory", "calls\u0000outbound"],
    ["UsageCategory", "x".repeat(101)],
    ["TriggerBy", "magic"],
    ["Recurring", "hourly"],
    ["TriggerValue", "NaN"],
    ["CurrentValue", "0x10"],
    ["CurrentValue", " 12"],
    ["CurrentValue", "9".repeat(400)],
  ])("%s %j", (field, value) => {
    const parsed = parse({ ...FORM, [field]: value });
    expect(parsed).toMatchObject({ ok: false, reason: expect.stringMatching(new RegExp(`^${field}: must be `)) });
    expect(JSON.stringify(parsed)).not.toContain(value);
  });

  test("all wrong fields at once", () => {
    expect(parse({})).toMatchObject({
      reason: expect.stringMatching(/AccountSid: is missing; .*UsageCategory: is missing.*CurrentValue: is missing/),
    });
  });
});
