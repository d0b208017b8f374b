import { expect, test } from "vitest";
import { signForm, withBodyHash } from "../../../src/sandbox/twilio/webhooks.ts";
import { A, JSON_BODY, JSON_PATH, JSON_SIGNATURE, PUBLIC_URL, TOKEN } from "../../twilio/vectors.ts";

const ACCOUNT = `AC${"1".repeat(32)}`;
const TRIGGER = `UT${"2".repeat(32)}`;

test("signs Twilio's own example like Twilio", () => {
  const parameters = {
    To: "+18005551212",
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675310",
    From: "+14158675310",
    Digits: "1234",
  };
  // https://www.twilio.com/docs/usage/security
  expect(signForm("12345", "https://example.com/myapp.php?foo=1&bar=2", parameters)).toBe(
    "L/OH5YylLD5NRKLltdqwSvS0BnU=",
  );
});

test("signs a usage trigger's callback; one other character is another signature", () => {
  const url = `https://bot.example.com/twilio/usage-trigger/${ACCOUNT}`;
  const parameters = {
    AccountSid: ACCOUNT,
    UsageTriggerSid: TRIGGER,
    DateFired: "Thu, 04 Oct 2012 01:02:03 +0000",
    Recurring: "daily",
    UsageCategory: "totalprice",
    TriggerBy: "price",
    TriggerValue: "30.000000",
    CurrentValue: "31.2",
    UsageRecordUri: `/2010-04-01/Accounts/${ACCOUNT}/Usage/Records/Daily.json?Category=totalprice`,
    IdempotencyToken: `${ACCOUNT}-FIRES-${TRIGGER}-2012-10-04`,
  };
  const token = "0123456789abcdef0123456789abcdef";
  expect(signForm(token, url, parameters)).toBe("xWxpnBeBssa9Nj2rZhhi+fOUrO0=");
  expect(signForm(token, url, { ...parameters, CurrentValue: "31.3" })).not.toBe("xWxpnBeBssa9Nj2rZhhi+fOUrO0=");
});

test("signs a JSON body through its hash in the address, as Twilio's SDK does", () => {
  const url = withBodyHash(`${PUBLIC_URL}/twilio/events/${A}`, JSON_BODY.toString());
  expect(url).toBe(PUBLIC_URL + JSON_PATH);
  expect(signForm(TOKEN, url, {})).toBe(JSON_SIGNATURE);
});
