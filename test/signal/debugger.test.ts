import { describe, expect, test } from "vitest";
import { debuggerWebhook } from "../../src/signal/debugger.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { debuggerForm, without } from "../support/webhook-forms.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const FORM = debuggerForm(ACCOUNT);

function parse(fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
  return debuggerWebhook.parse({ fields, headers, receivedAtMs: NOW });
}

function signalOf(fields: Readonly<Record<string, string>>) {
  const parsed = parse(fields);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.received[0]?.signal;
}

function payload(content: unknown): Record<string, string> {
  return { ...FORM, Payload: JSON.stringify(content) };
}

test("says what went wrong in our words, and keeps nothing of the request that failed", () => {
  expect(parse(FORM)).toEqual({
    ok: true,
    received: [
      {
        sourceKey: `debugger:${ACCOUNT}:${FORM.Sid}`,
        signal: {
          kind: "error",
          accountSid: ACCOUNT,
          atMs: NOW - 30_000,
          code: "11200",
          level: "error",
          resourceSid: `CA${"5".repeat(32)}`,
        },
      },
    ],
  });
});

test("of one that came late it is kept when it happened", () => {
  const late = { ...FORM, Timestamp: "2026-11-21T10:30:00Z" };
  expect(signalOf(late)).toMatchObject({ atMs: NOW, happenedAtMs: Date.parse(late.Timestamp) });
  expect(signalOf(FORM)).not.toHaveProperty("happenedAtMs");
});

test.each([
  ["ERROR", "error"],
  ["Error", "error"],
  ["Warning", "warning"],
  ["WARNING", "warning"],
  ["notice", "warning"],
])("level %s is %s", (Level, level) => {
  expect(signalOf({ ...FORM, Level })).toMatchObject({ level });
});

test.each([
  ["absent", without(FORM, "ParentAccountSid")],
  ["empty", { ...FORM, ParentAccountSid: "" }],
  ["the parent", { ...FORM, ParentAccountSid: `AC${"7".repeat(32)}` }],
])("ParentAccountSid may be %s", (_name, fields) => {
  expect(signalOf(fields)?.accountSid).toBe(ACCOUNT);
});

describe("the code", () => {
  test.each([
    ["a text", { error_code: "32202" }],
    ["a number", { error_code: 32202 }],
    ["in more_info only", { more_info: { ErrorCode: "32202" } }],
    ["in both", { error_code: "32202", more_info: { ErrorCode: "1" } }],
    ["beside a more_info that is null", { error_code: "32202", more_info: null }],
    ["beside a more_info that is text", { error_code: "32202", more_info: "see docs" }],
    ["beside fields of tomorrow", { error_code: "32202", brand_new: { deep: [1] } }],
  ])("may be %s", (_name, content) => {
    expect(signalOf(payload(content))).toMatchObject({ code: "32202", resourceSid: null });
  });
});

test("a resource that is no SID is left out", () => {
  expect(signalOf(payload({ error_code: "1", resource_sid: "\ud800 <!channel>" }))).toMatchObject({
    resourceSid: null,
  });
});

describe("which error it is", () => {
  test("without Sid: the idempotency header", () => {
    const parsed = parse(without(FORM, "Sid"), { "i-twilio-idempotency-token": "abc-1" });
    expect(parsed).toMatchObject({ ok: true, received: [{ sourceKey: `debugger:${ACCOUNT}:abc-1` }] });
  });

  test("without both it is refused", () => {
    expect(parse(without(FORM, "Sid"))).toEqual({ ok: false, reason: "Sid: must be NO and 32 hex digits" });
  });
});

describe("refuses, naming the field and never its value", () => {
  test.each([
    [{ ...FORM, Level: "loud" }, "Level: must be Error or Warning"],
    [{ ...FORM, Payload: "not json" }, "Payload: must be JSON"],
    [{ ...FORM, Payload: "" }, "Payload: must be JSON"],
    [{ ...FORM, Payload: "[1]" }, "Payload: must be a JSON object"],
    [{ ...FORM, Payload: "null" }, "Payload: must be a JSON object"],
    [payload({}), "Payload: has no error_code"],
    [payload({ error_code: "drop table" }), "Payload: has no error_code"],
    [without(FORM, "AccountSid"), "AccountSid: is missing"],
  ])("%#", (fields, reason) => {
    expect(parse(fields)).toEqual({ ok: false, reason });
  });
});
