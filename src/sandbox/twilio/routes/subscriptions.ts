import { z } from "zod";
import { ApiError, badRequest, notFound } from "../api-error.ts";
import { type EventType, eventTypes } from "../event-types.ts";
import type { Subscription } from "../model.ts";
import { pageWithMeta } from "../paging.ts";
import { type ApiAnswer, type ApiCall, created, noContent, ok, type Route, required } from "../route.ts";
import { iso8601, newSid } from "../sids.ts";
import { inUse } from "./sinks.ts";

const HOST = "events.twilio.com";
const LIST = "/v1/Subscriptions";
const ONE = `${LIST}/{subscription}`;
const EVENTS = `${ONE}/SubscribedEvents`;
const ONE_EVENT = `${EVENTS}/{type}`;
/** https://www.twilio.com/docs/events/event-delivery-and-limits */
const MOST_SUBSCRIPTIONS = 100;

/** One value of `Types`: an object each, never a list of them. */
const TypeRow = z.object({ type: z.string(), schema_version: z.coerce.number().int().positive().optional() });

function render(subscription: Subscription): Record<string, unknown> {
  const url = `https://${HOST}${LIST}/${subscription.sid}`;
  return {
    account_sid: subscription.accountSid,
    sid: subscription.sid,
    sink_sid: subscription.sinkSid,
    description: subscription.description,
    date_created: iso8601(subscription.createdAtMs),
    date_updated: iso8601(subscription.updatedAtMs),
    url,
    links: { subscribed_events: `${url}/SubscribedEvents` },
  };
}

function renderEvent(subscription: Subscription, type: string): Record<string, unknown> {
  return {
    account_sid: subscription.accountSid,
    subscription_sid: subscription.sid,
    type,
    schema_version: subscription.types[type],
    url: `https://${HOST}${LIST}/${subscription.sid}/SubscribedEvents/${type}`,
  };
}

function owned(call: ApiCall): readonly Subscription[] {
  return [...call.state.subscriptions.values()].filter((subscription) => subscription.accountSid === call.account.sid);
}

function list(call: ApiCall): ApiAnswer {
  const sinkSid = call.query.get("SinkSid");
  const shown = owned(call).filter((subscription) => sinkSid === null || subscription.sinkSid === sinkSid);
  return pageWithMeta(call, "subscriptions", shown, render);
}

function find(call: ApiCall): Subscription {
  const subscription = call.state.subscriptions.get(call.parameter("subscription"));
  if (subscription === undefined || subscription.accountSid !== call.account.sid) throw notFound(call.request.path);
  return subscription;
}

function create(call: ApiCall): ApiAnswer {
  if (owned(call).length >= MOST_SUBSCRIPTIONS) {
    throw badRequest(`An account has at most ${MOST_SUBSCRIPTIONS} subscriptions`);
  }
  const sinkSid = required(call, "SinkSid");
  const sink = call.state.sinks.get(sinkSid);
  if (sink === undefined || sink.accountSid !== call.account.sid) throw notFound(`/v1/Sinks/${sinkSid}`);
  if (sink.status !== "active") throw badRequest(`Sink with SID ${sinkSid} is not active`);
  if (owned(call).some((other) => other.sinkSid === sinkSid)) throw inUse(sink);
  const rows = call.form.getAll("Types").map(parseRow);
  if (rows.length === 0) throw badRequest("Missing required parameter Types in the post body");
  const subscription: Subscription = {
    sid: newSid("DF"),
    accountSid: call.account.sid,
    sinkSid,
    description: required(call, "Description"),
    types: Object.fromEntries(rows.map((row) => [row.type, versionOf(row.type, row.schema_version)])),
    createdAtMs: call.nowMs,
    updatedAtMs: call.nowMs,
  };
  call.state.subscriptions.set(subscription.sid, subscription);
  return created(render(subscription));
}

function parseRow(text: string): z.infer<typeof TypeRow> {
  try {
    return TypeRow.parse(JSON.parse(text));
  } catch {
    throw badRequest("Each of Types must be one JSON object with type and schema_version");
  }
}

function typeOf(type: string): EventType {
  const known = eventTypes.get(type);
  if (known === undefined) throw badRequest(`Type ${type} not found in the system`);
  if (known.status === "discontinued") throw badRequest(`Type ${type} is discontinued`);
  if (known.status === "restricted") throw new ApiError(409, 20409, `Type ${type} is restricted`);
  return known;
}

/** The newest one when none is asked for: it moves without a word. */
function versionOf(type: string, wanted: number | undefined): number {
  const { latestVersion } = typeOf(type);
  if (wanted !== undefined && wanted > latestVersion) throw badRequest(`Type ${type} has no schema version ${wanted}`);
  return wanted ?? latestVersion;
}

function update(call: ApiCall): ApiAnswer {
  const subscription = find(call);
  subscription.description = call.form.get("Description") ?? subscription.description;
  subscription.updatedAtMs = call.nowMs;
  return ok(render(subscription));
}

/** Its sink stays, and goes on counting. */
function remove(call: ApiCall): ApiAnswer {
  call.state.subscriptions.delete(find(call).sid);
  return noContent;
}

function listEvents(call: ApiCall): ApiAnswer {
  const subscription = find(call);
  return pageWithMeta(call, "types", Object.keys(subscription.types), (type) => renderEvent(subscription, type));
}

function findEvent(call: ApiCall): { subscription: Subscription; type: string } {
  const subscription = find(call);
  const type = call.parameter("type");
  if (subscription.types[type] === undefined) throw notFound(call.request.path);
  return { subscription, type };
}

function wantedVersion(call: ApiCall): number | undefined {
  const text = call.form.get("SchemaVersion");
  return text === null ? undefined : Number(text);
}

function createEvent(call: ApiCall): ApiAnswer {
  const subscription = find(call);
  const type = required(call, "Type");
  subscription.types[type] = versionOf(type, wantedVersion(call));
  return created(renderEvent(subscription, type));
}

function updateEvent(call: ApiCall): ApiAnswer {
  const { subscription, type } = findEvent(call);
  subscription.types[type] = versionOf(type, wantedVersion(call));
  return ok(renderEvent(subscription, type));
}

function removeEvent(call: ApiCall): ApiAnswer {
  const { subscription, type } = findEvent(call);
  delete subscription.types[type];
  return noContent;
}

export const subscriptionRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: LIST, run: list },
  { host: HOST, method: "POST", path: LIST, run: create },
  { host: HOST, method: "GET", path: ONE, run: (call) => ok(render(find(call))) },
  { host: HOST, method: "POST", path: ONE, run: update },
  { host: HOST, method: "DELETE", path: ONE, run: remove },
  { host: HOST, method: "GET", path: EVENTS, run: listEvents },
  { host: HOST, method: "POST", path: EVENTS, run: createEvent },
  {
    host: HOST,
    method: "GET",
    path: ONE_EVENT,
    run: (call) => {
      const { subscription, type } = findEvent(call);
      return ok(renderEvent(subscription, type));
    },
  },
  { host: HOST, method: "POST", path: ONE_EVENT, run: updateEvent },
  { host: HOST, method: "DELETE", path: ONE_EVENT, run: removeEvent },
];
