import { randomUUID } from "node:crypto";
import type { Alert } from "./model.ts";
import { iso8601 } from "./sids.ts";
import type { ErrorDetails, TwilioState } from "./state.ts";
import type { Webhook } from "./webhooks.ts";

/**
 * The Debugger's post about an alert, if somebody listens: the account's own webhook, else the parent's. It is signed by the
 * account that the webhook is configured on (Twilio does not say which one signs for a subaccount).
 */
export function debuggerWebhook(state: TwilioState, alert: Alert, details: ErrorDetails): Webhook | undefined {
  const account = state.account(alert.accountSid);
  const owner = state.ownerOf(account);
  const listener = account.debuggerUrl === null ? owner : account;
  if (listener.debuggerUrl === null) return undefined;
  return {
    accountSid: listener.sid,
    url: listener.debuggerUrl,
    method: "POST",
    headers: { "I-Twilio-Idempotency-Token": randomUUID() },
    retries: 0,
    parameters: {
      Sid: alert.sid,
      AccountSid: alert.accountSid,
      ParentAccountSid: owner === account ? "" : owner.sid,
      Timestamp: iso8601(alert.createdAtMs),
      Level: alert.level.toUpperCase(),
      PayloadType: "application/json",
      Payload: JSON.stringify({
        resource_sid: alert.resourceSid,
        service_sid: null,
        error_code: alert.code,
        more_info: { Msg: alert.text, ErrorCode: alert.code, LogLevel: alert.level.toUpperCase() },
        ...(details.requestUrl === undefined ? {} : { webhook: renderRequest(alert, details.requestUrl) }),
      }),
    },
  };
}

function renderRequest(alert: Alert, url: string): Record<string, unknown> {
  return { type: "application/json", request: { method: alert.requestMethod, url, headers: {}, parameters: {} } };
}
