import type { AccountSid } from "../../src/lib/id.ts";

/** A CloudEvent as Event Streams posts it. */
export function cloudEvent(type: string, data: unknown, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    specversion: "1.0",
    type,
    source: "/2010-04-01/Something",
    id: `EZ${"7".repeat(32)}`,
    dataschema: "https://events-schemas.twilio.com/Something/2",
    datacontenttype: "application/json",
    time: "2026-11-21T11:59:30.500Z",
    data,
    ...changes,
  };
}

export const CALL = `CA${"5".repeat(32)}`;
export const MESSAGE = `SM${"6".repeat(32)}`;
export const ERROR = `NO${"4".repeat(32)}`;

/** Data of `com.twilio.voice.api-request.call.created`. */
export function callRequestData(parameters: Readonly<Record<string, unknown>>, responseCode = 201) {
  return {
    sid: CALL,
    eventSid: `VW${"8".repeat(32)}`,
    request: { method: "POST", url: "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json", parameters },
    response: { responseCode, requestDuration: 40, responseBody: "e30=" },
  };
}

/** Data of `com.twilio.error-logs.error.logged`. */
export function errorData(accountSid: AccountSid, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    sid: ERROR,
    account_sid: accountSid,
    level: "ERROR",
    error_code: "11200",
    correlation_sid: CALL,
    payload: JSON.stringify({ resource_sid: CALL, error_code: "11200" }),
    ...changes,
  };
}

export const TEST_ID = "ac09e217-9d1b-4f0f-8a51-5f0c5a7e1f10";

export function testEvent(accountSid: AccountSid) {
  return cloudEvent("com.twilio.eventstreams.test-event", { test_id: TEST_ID }, { id: accountSid, source: "Sink" });
}

export function portOut(accountSid: AccountSid, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    event_type: "PortOutPhoneNumberCompleted",
    account_sid: accountSid,
    port_out_phone_number_sid: `PU${"9".repeat(32)}`,
    phone_number: "+81312345678",
    status: "completed",
    date_updated: "2026-11-21T11:59:30Z",
    ...changes,
  };
}
