import { unreachable } from "../../lib/decision.ts";
import type { StreamEvent } from "./event-streams.ts";
import type { Alert, Call, Message, VerifyAttempt } from "./model.ts";
import { derivedSid, iso8601, newSid, rfc2822 } from "./sids.ts";
import type { Happening } from "./state.ts";

/*
 * What happens in an account's traffic, in the shapes of Event Streams' schemas: https://www.twilio.com/docs/events/event-types
 */

export function streamEventsOf(happening: Happening, nowMs: number): readonly StreamEvent[] {
  switch (happening.kind) {
    case "call-created":
      return [callRequested(happening.call, nowMs), callStatus(happening.call, "initiated", nowMs)];
    case "call-refused":
      return [callRefused(happening, nowMs)];
    case "call-answered":
      return [callStatus(happening.call, "answered", happening.call.startedAtMs ?? nowMs)];
    case "call-modified":
      return [callModified(happening.call, happening.parameters, nowMs)];
    case "call-ended":
      return [callStatus(happening.call, "completed", happening.call.endedAtMs ?? nowMs)];
    case "message":
      return messageStatuses(happening.message, nowMs);
    case "verify-attempt":
      return verification(happening.attempt);
    case "sink-test":
      return [];
    default:
      return unreachable(happening);
  }
}

/** Errors of Event Streams itself are not told by it: a sink that fails would fail once more for each of them. */
export function errorLogged(alert: Alert, ownerSid: string): readonly StreamEvent[] {
  if (/^913\d\d$/.test(alert.code)) return [];
  return [
    {
      accountSid: alert.accountSid,
      type: "com.twilio.error-logs.error.logged",
      id: alert.sid,
      source: `/v1/Alerts/${alert.sid}`,
      atMs: alert.createdAtMs,
      data: {
        sid: alert.sid,
        account_sid: alert.accountSid,
        master_account_sid: ownerSid,
        date_created: iso8601(alert.createdAtMs),
        level: alert.level.toUpperCase(),
        error_code: alert.code,
        product_name: "Programmable Voice",
        request_sid: null,
        service_sid: null,
        correlation_sid: alert.resourceSid,
        payload: JSON.stringify({ resource_sid: alert.resourceSid, error_code: alert.code }),
      },
    },
  ];
}

function callModified(call: Call, parameters: Readonly<Record<string, string>>, nowMs: number): StreamEvent {
  return apiRequest(call.accountSid, "modified", call.sid, parameters, 200, nowMs);
}

/** IP allow-listing refused valid credentials. `keySid` null: the auth token was used. */
export function addressBlocked(accountSid: string, address: string, keySid: string | null, nowMs: number): StreamEvent {
  const requestSid = newSid("RQ");
  return {
    accountSid,
    type: "com.twilio.iam.ip.blocked",
    id: newSid("EZ"),
    source: `/v1/Accounts/${accountSid}/IPBlocked`,
    atMs: nowMs,
    data: {
      timestamp: String(nowMs),
      account_sid: accountSid,
      request_sid: requestSid,
      address,
      action: "POST",
      resource: `/2010-04-01/Accounts/${accountSid}/Calls.json`,
      authentication_method: keySid === null ? "Auth Token" : "API Key",
      ...(keySid === null ? {} : { auth_sid: keySid }),
    },
  };
}

function callRequested(call: Call, nowMs: number): StreamEvent {
  const parameters = { To: call.to, From: call.from, Url: "https://cdn.example/t.xml" };
  return apiRequest(call.accountSid, "created", call.sid, parameters, 201, nowMs);
}

function callRefused(refused: Extract<Happening, { kind: "call-refused" }>, nowMs: number): StreamEvent {
  return apiRequest(refused.accountSid, "created", null, { To: refused.to }, 400, nowMs, refused.code);
}

function apiRequest(
  accountSid: string,
  what: "created" | "modified",
  callSid: string | null,
  parameters: Readonly<Record<string, string>>,
  responseCode: number,
  nowMs: number,
  code?: number,
): StreamEvent {
  const id = newSid("VW");
  const body = callSid === null ? { code, status: responseCode } : { sid: callSid, account_sid: accountSid };
  const path = what === "created" ? "Calls.json" : `Calls/${callSid}.json`;
  return {
    accountSid,
    type: `com.twilio.voice.api-request.call.${what}`,
    id,
    source: `/2010-04-01/Accounts/${accountSid}/${path}`,
    atMs: nowMs,
    data: {
      ...(callSid === null ? {} : { sid: callSid }),
      eventSid: id,
      timestamp: new Date(nowMs).toISOString(),
      requestDateCreated: rfc2822(nowMs),
      request: { method: "POST", url: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/${path}`, parameters },
      response: {
        responseCode,
        requestDuration: 38,
        contentType: "application/json;charset=utf-8",
        responseBody: Buffer.from(JSON.stringify(body)).toString("base64"),
        dateCreated: rfc2822(nowMs),
      },
    },
  };
}

function callStatus(call: Call, what: "initiated" | "answered" | "completed", atMs: number): StreamEvent {
  const id = newSid("VW");
  const talkedMs = call.startedAtMs === null ? 0 : atMs - call.startedAtMs;
  return {
    accountSid: call.accountSid,
    type: `com.twilio.voice.status-callback.call.${what}`,
    id,
    source: `/2010-04-01/Accounts/${call.accountSid}/Calls/${call.sid}.json`,
    atMs,
    data: {
      sid: call.sid,
      eventSid: id,
      timestamp: new Date(atMs).toISOString(),
      request: {
        method: "POST",
        url: "https://status.example/calls",
        parameters: {
          CallSid: call.sid,
          AccountSid: call.accountSid,
          To: call.to,
          From: call.from,
          Direction: call.direction,
          CallStatus: call.status,
          ...(what === "completed" ? { CallDuration: String(Math.round(talkedMs / 1000)) } : {}),
        },
      },
      response: { responseCode: 200, requestDuration: 21 },
    },
  };
}

/** A message that was delivered, or was not, had been sent before. `queued` never comes for messages of the API. */
function messageStatuses(message: Message, nowMs: number): readonly StreamEvent[] {
  switch (message.status) {
    case "sent":
      return [messageStatus(message, "sent", nowMs)];
    case "delivered":
    case "undelivered":
      return [messageStatus(message, "sent", nowMs), messageStatus(message, message.status, nowMs)];
    case "failed":
      return [messageStatus(message, "failed", nowMs)];
    case "received":
      return [messageReceived(message, nowMs)];
    case "accepted":
    case "scheduled":
    case "queued":
    case "canceled":
      return [];
    default:
      return unreachable(message.status);
  }
}

function messageStatus(message: Message, status: string, nowMs: number): StreamEvent {
  const isLast = status === message.status;
  return {
    accountSid: message.accountSid,
    type: `com.twilio.messaging.message.${status}`,
    id: newSid("EZ"),
    source: `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}.json`,
    atMs: nowMs,
    data: {
      accountSid: message.accountSid,
      apiVersion: "2010-04-01",
      eventName: `com.twilio.messaging.message.${status}`,
      messageSid: message.sid,
      messageStatus: status.toUpperCase(),
      from: message.from,
      to: message.to,
      timestamp: new Date(nowMs).toISOString(),
      ...(isLast && message.errorCode !== null ? { errorCode: message.errorCode } : {}),
    },
  };
}

function messageReceived(message: Message, nowMs: number): StreamEvent {
  return {
    accountSid: message.accountSid,
    type: "com.twilio.messaging.inbound-message.received",
    id: newSid("EZ"),
    source: `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}.json`,
    atMs: nowMs,
    data: {
      accountSid: message.accountSid,
      messageSid: message.sid,
      from: message.from,
      to: message.to,
      body: message.body,
      numSegments: 1,
      timestamp: new Date(nowMs).toISOString(),
    },
  };
}

/** One attempt is one verification here; one that converted is approved at once. */
function verification(attempt: VerifyAttempt): readonly StreamEvent[] {
  const statuses = attempt.hasConverted ? ["pending", "approved"] : ["pending"];
  const sid = derivedSid("VE", attempt.sid);
  return statuses.map((status) => ({
    accountSid: attempt.accountSid,
    type: `com.twilio.accountsecurity.verify.verification.${status}`,
    id: `${derivedSid("", attempt.sid, status)}${derivedSid("", status, attempt.sid)}`,
    source: `/v2/Services/${attempt.serviceSid}/Verifications/${sid}`,
    atMs: attempt.createdAtMs,
    data: {
      account_sid: attempt.accountSid,
      service_sid: attempt.serviceSid,
      verification_sid: sid,
      created_at: new Date(attempt.createdAtMs).toISOString(),
      to: attempt.to,
      country: attempt.country,
      verification_status: status.toUpperCase(),
      send_code_attempts: {
        count: 1,
        attempts: [
          {
            time: new Date(attempt.createdAtMs).toISOString(),
            channel: attempt.channel.toUpperCase(),
            attempt_sid: attempt.sid,
          },
        ],
      },
    },
  }));
}
