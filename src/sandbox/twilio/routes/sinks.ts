import { z } from "zod";
import { ApiError, badRequest, notFound } from "../api-error.ts";
import type { Sink } from "../model.ts";
import { pageWithMeta } from "../paging.ts";
import { type ApiAnswer, type ApiCall, created, noContent, ok, oneOf, type Route, required } from "../route.ts";
import { iso8601, newSid } from "../sids.ts";

const HOST = "events.twilio.com";
const LIST = "/v1/Sinks";
const ONE = `${LIST}/{sink}`;
const TYPES = ["kinesis", "webhook", "segment", "email"] as const;
/** https://www.twilio.com/docs/events/event-delivery-and-limits */
const MOST_SINKS = 100;

/** What each type needs to know to be reached. */
const CONFIGURATIONS: Readonly<Record<Sink["sinkType"], z.ZodType<Record<string, unknown>>>> = {
  webhook: z.looseObject({
    destination: z.url({ protocol: /^https?$/ }),
    method: z
      .string()
      .transform((method) => method.toUpperCase())
      .pipe(z.enum(["GET", "POST"]))
      .default("POST"),
    batch_events: z.boolean().default(false),
  }),
  kinesis: z.looseObject({ arn: z.string(), role_arn: z.string(), external_id: z.string() }),
  segment: z.looseObject({ write_key: z.string() }),
  email: z.looseObject({ email: z.email() }),
};

function render(sink: Sink): Record<string, unknown> {
  const url = `https://${HOST}${LIST}/${sink.sid}`;
  return {
    sid: sink.sid,
    description: sink.description,
    sink_type: sink.sinkType,
    sink_configuration: sink.configuration,
    status: sink.status,
    date_created: iso8601(sink.createdAtMs),
    date_updated: iso8601(sink.updatedAtMs),
    url,
    links: { sink_test: `${url}/Test`, sink_validate: `${url}/Validate` },
  };
}

function owned(call: ApiCall): readonly Sink[] {
  return [...call.state.sinks.values()].filter((sink) => sink.accountSid === call.account.sid);
}

function isInUse(call: ApiCall, sink: Sink): boolean {
  return [...call.state.subscriptions.values()].some((subscription) => subscription.sinkSid === sink.sid);
}

function list(call: ApiCall): ApiAnswer {
  const [inUse, status] = [call.query.get("InUse"), call.query.get("Status")];
  const shown = owned(call)
    .filter((sink) => inUse === null || String(isInUse(call, sink)) === inUse)
    .filter((sink) => status === null || sink.status === status);
  return pageWithMeta(call, "sinks", shown, render);
}

function find(call: ApiCall): Sink {
  const sink = call.state.sinks.get(call.parameter("sink"));
  if (sink === undefined || sink.accountSid !== call.account.sid) throw notFound(call.request.path);
  return sink;
}

function create(call: ApiCall): ApiAnswer {
  if (owned(call).length >= MOST_SINKS) throw badRequest(`An account has at most ${MOST_SINKS} sinks`);
  const sinkType = oneOf("SinkType", required(call, "SinkType"), TYPES);
  const sink: Sink = {
    sid: newSid("DG"),
    accountSid: call.account.sid,
    description: required(call, "Description"),
    sinkType,
    configuration: configurationOf(sinkType, required(call, "SinkConfiguration")),
    // A webhook can be subscribed to at once, as somebody measured; the others wait for their validation.
    status: sinkType === "webhook" ? "active" : "initialized",
    testIds: [],
    createdAtMs: call.nowMs,
    updatedAtMs: call.nowMs,
  };
  call.state.sinks.set(sink.sid, sink);
  return created(render(sink));
}

function configurationOf(sinkType: Sink["sinkType"], text: string): Record<string, unknown> {
  try {
    return CONFIGURATIONS[sinkType].parse(JSON.parse(text));
  } catch {
    throw badRequest(`SinkConfiguration must be the JSON of a ${sinkType} sink`);
  }
}

function update(call: ApiCall): ApiAnswer {
  const sink = find(call);
  sink.description = required(call, "Description");
  sink.updatedAtMs = call.nowMs;
  return ok(render(sink));
}

function remove(call: ApiCall): ApiAnswer {
  const sink = find(call);
  if (isInUse(call, sink)) throw inUse(sink);
  call.state.sinks.delete(sink.sid);
  return noContent;
}

export function inUse(sink: Sink): ApiError {
  return new ApiError(409, 20409, `Sink with SID ${sink.sid} is in use`);
}

function test(call: ApiCall): ApiAnswer {
  call.state.tell({ kind: "sink-test", sink: find(call) });
  return created({ result: "submitted" });
}

function validate(call: ApiCall): ApiAnswer {
  const sink = find(call);
  if (!sink.testIds.includes(required(call, "TestId"))) return created({ result: "invalid" });
  sink.status = "active";
  sink.updatedAtMs = call.nowMs;
  return created({ result: "valid" });
}

export const sinkRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: LIST, run: list },
  { host: HOST, method: "POST", path: LIST, run: create },
  { host: HOST, method: "GET", path: ONE, run: (call) => ok(render(find(call))) },
  { host: HOST, method: "POST", path: ONE, run: update },
  { host: HOST, method: "DELETE", path: ONE, run: remove },
  { host: HOST, method: "POST", path: `${ONE}/Test`, run: test },
  { host: HOST, method: "POST", path: `${ONE}/Validate`, run: validate },
];
