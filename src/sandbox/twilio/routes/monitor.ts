import { badRequest, notFound } from "../api-error.ts";
import type { Alert, AuditEvent } from "../model.ts";
import { pageWithMeta } from "../paging.ts";
import { type ApiAnswer, type ApiCall, ok, type Route } from "../route.ts";
import { iso8601 } from "../sids.ts";

const HOST = "monitor.twilio.com";
/** At most one of these may be given. https://www.twilio.com/docs/usage/monitor-events */
const EVENT_FILTERS = ["ActorSid", "EventType", "ResourceSid", "SourceIpAddress"] as const;

function renderAlert(alert: Alert): Record<string, unknown> {
  const date = iso8601(alert.createdAtMs);
  return {
    sid: alert.sid,
    account_sid: alert.accountSid,
    alert_text: new URLSearchParams({
      Msg: alert.text,
      ErrorCode: alert.code,
      LogLevel: alert.level.toUpperCase(),
    }).toString(),
    api_version: "2010-04-01",
    error_code: alert.code,
    log_level: alert.level,
    more_info: `https://www.twilio.com/docs/errors/${alert.code}`,
    request_method: alert.requestMethod,
    request_url: alert.requestUrl,
    resource_sid: alert.resourceSid,
    service_sid: null,
    date_created: date,
    date_generated: date,
    date_updated: date,
    url: `https://${HOST}/v1/Alerts/${alert.sid}`,
  };
}

function renderEvent(event: AuditEvent): Record<string, unknown> {
  // A person in the Console, or somebody with a token or a key.
  const isUser = event.actorSid.startsWith("US");
  return {
    sid: event.sid,
    account_sid: event.accountSid,
    actor_sid: event.actorSid,
    actor_type: isUser ? "user" : "account",
    description: null,
    event_data: event.data,
    event_date: iso8601(event.createdAtMs),
    event_type: event.eventType,
    resource_sid: event.resourceSid,
    resource_type: event.resourceType,
    source: isUser ? "web" : "api",
    source_ip_address: event.sourceIpAddress,
    url: `https://${HOST}/v1/Events/${event.sid}`,
    links: {},
  };
}

function moment(call: ApiCall, name: string, otherwise: number): number {
  const text = call.query.get(name);
  if (text === null) return otherwise;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw badRequest(`${name} must be an ISO 8601 date`);
  return ms;
}

/** The account's own, between StartDate and EndDate, newest first. Dates on the wire have no milliseconds. */
function recent<Thing extends { accountSid: string; createdAtMs: number }>(
  call: ApiCall,
  all: Iterable<Thing>,
): Thing[] {
  const fromMs = moment(call, "StartDate", Number.NEGATIVE_INFINITY);
  const toMs = moment(call, "EndDate", Number.POSITIVE_INFINITY) + 999;
  return [...all]
    .filter((thing) => thing.accountSid === call.account.sid)
    .filter((thing) => thing.createdAtMs >= fromMs && thing.createdAtMs <= toMs)
    .reverse();
}

function listAlerts(call: ApiCall): ApiAnswer {
  const level = call.query.get("LogLevel");
  const shown = recent(call, call.state.alerts.values()).filter((alert) => level === null || alert.level === level);
  return pageWithMeta(call, "alerts", shown, renderAlert);
}

function listEvents(call: ApiCall): ApiAnswer {
  if (EVENT_FILTERS.filter((name) => call.query.has(name)).length > 1) {
    throw badRequest(`At most one of ${EVENT_FILTERS.join(", ")} may be given`);
  }
  const equal = (name: string, value: string): boolean => [null, value].includes(call.query.get(name));
  const shown = recent(call, call.state.events.values()).filter(
    (event) =>
      equal("ActorSid", event.actorSid) &&
      equal("EventType", event.eventType) &&
      equal("ResourceSid", event.resourceSid) &&
      equal("SourceIpAddress", event.sourceIpAddress),
  );
  return pageWithMeta(call, "events", shown, renderEvent);
}

function own<Thing extends { accountSid: string }>(call: ApiCall, thing: Thing | undefined): Thing {
  if (thing === undefined || thing.accountSid !== call.account.sid) throw notFound(call.request.path);
  return thing;
}

function fetchAlert(call: ApiCall): ApiAnswer {
  const alert = renderAlert(own(call, call.state.alerts.get(call.parameter("alert"))));
  return ok({ ...alert, request_variables: "", request_headers: null, response_body: "", response_headers: null });
}

function fetchEvent(call: ApiCall): ApiAnswer {
  return ok(renderEvent(own(call, call.state.events.get(call.parameter("event")))));
}

export const monitorRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: "/v1/Alerts", run: listAlerts },
  { host: HOST, method: "GET", path: "/v1/Alerts/{alert}", run: fetchAlert },
  { host: HOST, method: "GET", path: "/v1/Events", run: listEvents },
  { host: HOST, method: "GET", path: "/v1/Events/{event}", run: fetchEvent },
];
