import { describe, expect, test } from "vitest";
import { scalarsOf } from "../../src/signal/form.ts";
import { porting } from "../../src/signal/porting.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { portOut } from "../support/webhook-json.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const OTHER = `AC${"7".repeat(32)}`;

function parse(json: unknown) {
  return porting.parse({ fields: {}, json, accountSid: ACCOUNT, headers: {}, receivedAtMs: NOW });
}

function numbersOf(json: unknown): readonly string[] {
  const parsed = parse(json);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.received.flatMap(({ signal }) => (signal.kind === "ported-out" ? [signal.number] : []));
}

test("a number that left, of the account that had it", () => {
  const signal = { kind: "ported-out", accountSid: OTHER, atMs: NOW - 30_000, number: "+81312345678" };
  const sourceKey = `porting:${OTHER}:+81312345678:PU${"9".repeat(32)}`;
  expect(parse({ ...portOut(ACCOUNT), account_sid: OTHER })).toEqual({ ok: true, received: [{ sourceKey, signal }] });
});

describe("Twilio publishes no schema, so each of these is the same", () => {
  const expected = parse(portOut(ACCOUNT));
  const { account_sid, phone_number, port_out_phone_number_sid, date_updated } = portOut(ACCOUNT);
  const sid = port_out_phone_number_sid;
  test.each([
    ["capitals", { AccountSid: account_sid, EventType: "PortOutPhoneNumberCompleted", PhoneNumber: phone_number }],
    ["camels", { accountSid: account_sid, type: "port-out.phone-number.completed", phoneNumber: phone_number }],
    ["a status alone", { account_sid, status: "Completed", phone_number: "+81 3-1234-5678" }],
    ["one object deeper", { event: "PortOutPhoneNumberCompleted", data: { account_sid, phone_number } }],
    ["a list of numbers", { event: "port_out", status: "COMPLETE", account_sid, phone_numbers: [{ phone_number }] }],
    ["no account", { event_type: "PortOutPhoneNumberCompleted", phone_number }],
  ])("%s", (_name, json) => {
    const dated = { ...json, date_updated };
    const inList = "phone_numbers" in json ? { phone_numbers: [{ phone_number, sid }] } : { sid };
    expect(parse({ ...dated, ...inList })).toEqual(expected);
  });

  test("a form", () => {
    const fields = scalarsOf(portOut(ACCOUNT));
    expect(porting.parse({ fields, headers: {}, receivedAtMs: NOW })).toEqual(expected);
  });
});

test("several numbers of one request have a key each", () => {
  const json = [portOut(ACCOUNT), portOut(ACCOUNT, { phone_number: "+81312345679" })];
  const parsed = parse(json);
  expect(numbersOf(json)).toEqual(["+81312345678", "+81312345679"]);
  expect(new Set(parsed.ok ? parsed.received.map(({ sourceKey }) => sourceKey) : []).size).toBe(2);
});

test.each([
  ["a port into Twilio", { event_type: "PortInPhoneNumberCompleted", status: "completed" }],
  ["one that has begun", { event_type: "PortOutPhoneNumberPending", status: "in_progress" }],
  ["one that was rejected", { event_type: "PortOutPhoneNumberRejected", status: "completed" }],
])("%s is accepted and told to nobody", (_name, changes) => {
  expect(parse(portOut(ACCOUNT, changes))).toEqual({ ok: true, received: [] });
});

describe("refuses, naming the field and never its value", () => {
  test.each([
    [{ ...portOut(ACCOUNT), phone_number: "sip:secret@example.com" }, "phone_number: must be a number in E.164"],
    [{ ...portOut(ACCOUNT), phone_number: "+".repeat(5_000) }, "phone_number: must be a number in E.164"],
    [{ ...portOut(ACCOUNT), account_sid: "ACsecret" }, "account_sid: must be AC and 32 hex digits"],
    [{ hello: "secret" }, "event_type: is missing"],
    ["secret", "event_type: is missing"],
    [null, "event_type: is missing"],
  ])("%j", (json, reason) => {
    expect(parse(json)).toEqual({ ok: false, reason });
  });
});
