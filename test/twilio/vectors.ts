/** Signatures that Twilio's own SDK (6.2.0) makes and accepts. */

export const TOKEN = "0123456789abcdef0123456789abcdef";
export const PUBLIC_URL = "https://bot.example.com";
export const A = `AC${"1".repeat(32)}`;
const U = `UT${"2".repeat(32)}`;

export const FORM_PATH = `/twilio/usage-trigger/${A}`;
export const FORM_URL = PUBLIC_URL + FORM_PATH;
export const FORM_PARAMS = {
  AccountSid: A,
  UsageTriggerSid: U,
  DateFired: "Thu, 04 Oct 2012 01:02:03 +0000",
  Recurring: "daily",
  UsageCategory: "totalprice",
  TriggerBy: "price",
  TriggerValue: "30.000000",
  CurrentValue: "31.2",
  UsageRecordUri: `/2010-04-01/Accounts/${A}/Usage/Records/Daily.json?Category=totalprice`,
  IdempotencyToken: `${A}-FIRES-${U}-2012-10-04`,
};
export const FORM_SIGNATURE = "xWxpnBeBssa9Nj2rZhhi+fOUrO0=";

export const JSON_BODY = Buffer.from('[{"specversion":"1.0","id":"EZ1"}]');
export const JSON_PATH = `/twilio/events/${A}?bodySHA256=e1580bedf7d21fd3aad9e9d69a99b1192702ec1924e13f927596f2416ba427c3`;
export const JSON_URL = PUBLIC_URL + JSON_PATH;
export const JSON_SIGNATURE = "c8VLzmHf9Jc+vHEebxwbzhnd5Go=";
