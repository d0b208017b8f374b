import { ApiError, badRequest, notFound, unauthenticated } from "../api-error.ts";
import { placeCall } from "../calls.ts";
import type { Call } from "../model.ts";
import { page2010 } from "../paging.ts";
import { type ApiAnswer, type ApiCall, created, ok, oneOf, type Route, required } from "../route.ts";
import { DAY_MS, rfc2822 } from "../sids.ts";
import { isLive } from "../state.ts";

const HOST = "api.twilio.com";
const LIST = "/2010-04-01/Accounts/{account}/Calls.json";
const ONE = "/2010-04-01/Accounts/{account}/Calls/{call}.json";

function render(call: Call): Record<string, unknown> {
  const durationMs =
    call.startedAtMs === null || call.endedAtMs === null ? undefined : call.endedAtMs - call.startedAtMs;
  return {
    sid: call.sid,
    account_sid: call.accountSid,
    api_version: "2010-04-01",
    parent_call_sid: null,
    to: call.to,
    to_formatted: call.to,
    from: call.from,
    from_formatted: call.from,
    phone_number_sid: null,
    status: call.status,
    direction: call.direction,
    date_created: rfc2822(call.createdAtMs),
    date_updated: rfc2822(call.endedAtMs ?? call.startedAtMs ?? call.createdAtMs),
    start_time: call.startedAtMs === null ? null : rfc2822(call.startedAtMs),
    end_time: call.endedAtMs === null ? null : rfc2822(call.endedAtMs),
    duration: durationMs === undefined ? null : String(Math.round(durationMs / 1000)),
    // The price comes when the call is over, as money that left the account.
    price: durationMs === undefined ? null : `-${(call.billedMinutes * call.usdPerMinute).toFixed(5)}`,
    price_unit: "USD",
    answered_by: null,
    caller_name: null,
    forwarded_from: null,
    group_sid: null,
    queue_time: "0",
    trunk_sid: null,
    subresource_uris: {},
    uri: `/2010-04-01/Accounts/${call.accountSid}/Calls/${call.sid}.json`,
  };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** `StartTime`, `StartTime>` and `StartTime<`; a bare date means that whole day. Undefined when none was sent. */
function span(query: URLSearchParams, name: string): Span | undefined {
  const [on, after, before] = [query.get(name), query.get(`${name}>`), query.get(`${name}<`)];
  if (on === null && after === null && before === null) return undefined;
  if (on !== null) {
    const fromMs = moment(name, on);
    return { fromMs, toMs: fromMs + DAY_MS - 1 };
  }
  return {
    fromMs: after === null ? Number.NEGATIVE_INFINITY : moment(name, after),
    toMs: before === null ? Number.POSITIVE_INFINITY : moment(name, before) + (before.length === 10 ? DAY_MS - 1 : 0),
  };
}

function moment(name: string, text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw badRequest(`${name} must be a date, got ${text}`);
  return ms;
}

function within(ms: number | null, wanted: Span | undefined): boolean {
  return wanted === undefined || (ms !== null && ms >= wanted.fromMs && ms <= wanted.toMs);
}

function list(call: ApiCall): ApiAnswer {
  const equal = (name: string, value: string): boolean => [null, value].includes(call.query.get(name));
  const started = span(call.query, "StartTime");
  const ended = span(call.query, "EndTime");
  const shown = [...call.state.calls.values()]
    .filter((other) => other.accountSid === call.account.sid)
    .filter((other) => equal("Status", other.status) && equal("To", other.to) && equal("From", other.from))
    .filter((other) => within(other.startedAtMs, started) && within(other.endedAtMs, ended))
    .filter(() => call.query.get("ParentCallSid") === null)
    .reverse();
  return page2010(call, "calls", shown, render);
}

function find(call: ApiCall): Call {
  const found = call.state.calls.get(call.parameter("call"));
  if (found === undefined || found.accountSid !== call.account.sid) throw notFound(call.request.path);
  return found;
}

function create(call: ApiCall): ApiAnswer {
  // The parent's token reaches a suspended subaccount, but nobody calls from it.
  if (!call.state.isUsable(call.account)) throw unauthenticated();
  const [to, from] = [required(call, "To"), required(call, "From")];
  if (["Url", "Twiml", "ApplicationSid"].every((name) => call.form.get(name) === null)) {
    throw new ApiError(400, 21205, "Url parameter is required.");
  }
  const limit = call.form.get("TimeLimit");
  const placed = placeCall(call.state, call.account, {
    to,
    from,
    ...(limit === null ? {} : { timeLimitMs: Number(limit) * 1000 }),
  });
  return created(render(placed));
}

function update(call: ApiCall): ApiAnswer {
  const found = find(call);
  const status = call.form.get("Status");
  if (status !== null) end(call, found, oneOf("Status", status, ["completed", "canceled"]));
  call.state.tell({ kind: "call-modified", call: found, parameters: Object.fromEntries(call.form) });
  return ok(render(found));
}

function end(call: ApiCall, found: Call, status: "completed" | "canceled"): void {
  if (!isLive(found) || (status === "canceled" && found.status === "in-progress")) {
    throw new ApiError(400, 21220, `Unable to update record. Call is not in a state that allows ${status}.`);
  }
  call.state.endCall(found, status, call.nowMs);
  call.state.record(found.accountSid, "call.status.updated", { type: "call", sid: found.sid }, call.actor, { status });
}

export const callRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: LIST, run: list },
  { host: HOST, method: "POST", path: LIST, run: create },
  { host: HOST, method: "GET", path: ONE, run: (call) => ok(render(find(call))) },
  { host: HOST, method: "POST", path: ONE, run: update },
];
