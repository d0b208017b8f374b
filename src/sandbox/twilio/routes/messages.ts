import { ApiError, badRequest, notFound } from "../api-error.ts";
import type { Message } from "../model.ts";
import { page2010 } from "../paging.ts";
import { type ApiAnswer, type ApiCall, ok, oneOf, type Route } from "../route.ts";
import { DAY_MS, rfc2822 } from "../sids.ts";

const HOST = "api.twilio.com";
const LIST = "/2010-04-01/Accounts/{account}/Messages.json";
const ONE = "/2010-04-01/Accounts/{account}/Messages/{message}.json";

function render(message: Message): Record<string, unknown> {
  return {
    sid: message.sid,
    account_sid: message.accountSid,
    api_version: "2010-04-01",
    to: message.to,
    from: message.from,
    body: message.body,
    status: message.status,
    direction: message.status === "received" ? "inbound" : "outbound-api",
    num_segments: "1",
    num_media: "0",
    error_code: message.errorCode,
    error_message: message.errorCode === null ? null : `Error ${message.errorCode}`,
    price: message.sentAtMs === null ? null : (-(message.usd ?? 0.0079)).toFixed(5),
    price_unit: "USD",
    messaging_service_sid: null,
    date_created: rfc2822(message.createdAtMs),
    date_sent: message.sentAtMs === null ? null : rfc2822(message.sentAtMs),
    date_updated: rfc2822(message.sentAtMs ?? message.createdAtMs),
    subresource_uris: {},
    uri: `/2010-04-01/Accounts/${message.accountSid}/Messages/${message.sid}.json`,
  };
}

function list(call: ApiCall): ApiAnswer {
  const equal = (name: string, value: string): boolean => [null, value].includes(call.query.get(name));
  const shown = [...call.state.messages.values()]
    .filter((message) => message.accountSid === call.account.sid)
    .filter((message) => equal("To", message.to) && equal("From", message.from) && wasSent(call.query, message))
    .reverse();
  return page2010(call, "messages", shown, render);
}

/** A date filter hides what was not sent yet. */
function wasSent(query: URLSearchParams, message: Message): boolean {
  const on = query.get("DateSent");
  const after = query.get("DateSent>") ?? on;
  const before = query.get("DateSent<");
  if (after === null && before === null) return true;
  if (message.sentAtMs === null) return false;
  if (after !== null && message.sentAtMs < Date.parse(after)) return false;
  if (on !== null && message.sentAtMs >= Date.parse(on) + DAY_MS) return false;
  return before === null || message.sentAtMs <= Date.parse(before);
}

function find(call: ApiCall): Message {
  const found = call.state.messages.get(call.parameter("message"));
  if (found === undefined || found.accountSid !== call.account.sid) throw notFound(call.request.path);
  return found;
}

function update(call: ApiCall): ApiAnswer {
  const message = find(call);
  const status = call.form.get("Status");
  if (status === null) throw badRequest("Status or Body must be given");
  oneOf("Status", status, ["canceled"]);
  if (!["accepted", "scheduled", "queued"].includes(message.status)) {
    throw new ApiError(400, 30409, "Message cannot be canceled: it is in a final state");
  }
  message.status = "canceled";
  return ok(render(message));
}

export const messageRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: LIST, run: list },
  { host: HOST, method: "GET", path: ONE, run: (call) => ok(render(find(call))) },
  { host: HOST, method: "POST", path: ONE, run: update },
];
