import type { AccountSid } from "../../src/lib/id.ts";

const ALARM = `AK${"6".repeat(32)}`;
const TRIGGER = `UT${"2".repeat(32)}`;

/** The usage-trigger callback of Twilio's documentation. */
export function usageTriggerForm(accountSid: AccountSid, changes: Readonly<Record<string, string>> = {}) {
  return {
    AccountSid: accountSid,
    UsageTriggerSid: TRIGGER,
    DateFired: "Thu, 04 Oct 2012 01:02:03 +0000",
    Recurring: "daily",
    UsageCategory: "totalprice",
    TriggerBy: "price",
    TriggerValue: "30.000000",
    CurrentValue: "31.2",
    UsageRecordUri: `/2010-04-01/Accounts/${accountSid}/Usage/Records/Daily.json?Category=totalprice`,
    IdempotencyToken: `${accountSid}-FIRES-${TRIGGER}-2012-10-04`,
    ...changes,
  };
}

/** The debugger webhook of Twilio's documentation: `Payload` is JSON in a form value. */
export function debuggerForm(accountSid: AccountSid, changes: Readonly<Record<string, string>> = {}) {
  return {
    Sid: `NO${"4".repeat(32)}`,
    AccountSid: accountSid,
    ParentAccountSid: "",
    Timestamp: "2026-11-21T11:59:30Z",
    Level: "ERROR",
    PayloadType: "application/json",
    Payload: JSON.stringify({
      resource_sid: `CA${"5".repeat(32)}`,
      service_sid: null,
      error_code: "11200",
      more_info: { Msg: "Bad Gateway", url: "https://example.com/voice", LogLevel: "ERROR" },
      webhook: { type: "application/json", response: { status_code: 502 } },
    }),
    ...changes,
  };
}

/** The Console alarm of Twilio's documentation. */
export function alarmForm(accountSid: AccountSid, changes: Readonly<Record<string, string>> = {}) {
  return {
    AccountSid: accountSid,
    AppMonitorTriggerSid: ALARM,
    CurrentValue: "55",
    DateFired: "Sat, 21 Nov 2026 11:59:30 +0000",
    Description: "Any Warning or Error",
    ErrorCode: "10004",
    IdempotencyToken: `${accountSid}-FIRES-${ALARM}`,
    Log: "error",
    TimePeriod: "FIFTEEN_MINS",
    TriggerValue: "50.000000",
    ...changes,
  };
}

/** Twilio may leave a field out altogether. */
export function without(form: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(form).filter(([field]) => field !== name));
}
