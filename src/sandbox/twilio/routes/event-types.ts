import { notFound } from "../api-error.ts";
import { type EventType, eventTypes } from "../event-types.ts";
import { pageWithMeta } from "../paging.ts";
import { type ApiAnswer, type ApiCall, ok, type Route } from "../route.ts";
import { iso8601 } from "../sids.ts";

const HOST = "events.twilio.com";
const SINCE = iso8601(Date.UTC(2024, 0, 1));

function render(type: EventType): Record<string, unknown> {
  return {
    type: type.type,
    schema_id: type.schemaId,
    description: "",
    status: type.status,
    documentation_url: "https://www.twilio.com/docs/events/event-types",
    date_created: SINCE,
    date_updated: SINCE,
    url: `https://${HOST}/v1/Types/${type.type}`,
    links: { schema: `https://${HOST}/v1/Schemas/${type.schemaId}/Versions` },
  };
}

function list(call: ApiCall): ApiAnswer {
  const schemaId = call.query.get("SchemaId");
  const shown = [...eventTypes.values()].filter((type) => schemaId === null || type.schemaId === schemaId);
  return pageWithMeta(call, "types", shown, render);
}

function fetchType(call: ApiCall): ApiAnswer {
  const type = eventTypes.get(call.parameter("type"));
  if (type === undefined) throw notFound(call.request.path);
  return ok(render(type));
}

function latestVersion(call: ApiCall): number {
  const id = call.parameter("schema");
  const versions = [...eventTypes.values()].filter((type) => type.schemaId === id).map((type) => type.latestVersion);
  if (versions.length === 0) throw notFound(call.request.path);
  return Math.max(...versions);
}

function fetchSchema(call: ApiCall): ApiAnswer {
  const id = call.parameter("schema");
  const url = `https://${HOST}/v1/Schemas/${id}`;
  const latest = latestVersion(call);
  const dates = { latest_version_date_created: SINCE, date_created: SINCE };
  return ok({ id, url, latest_version: latest, ...dates, links: { versions: `${url}/Versions` } });
}

function listVersions(call: ApiCall): ApiAnswer {
  const id = call.parameter("schema");
  const versions = Array.from({ length: latestVersion(call) }, (_, index) => index + 1);
  return pageWithMeta(call, "schema_versions", versions, (version) => ({
    id,
    schema_version: version,
    date_created: SINCE,
    url: `https://${HOST}/v1/Schemas/${id}/Versions/${version}`,
    raw: `https://events-schemas.twilio.com/${id}/${version}`,
  }));
}

export const eventTypeRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: "/v1/Types", run: list },
  { host: HOST, method: "GET", path: "/v1/Types/{type}", run: fetchType },
  { host: HOST, method: "GET", path: "/v1/Schemas/{schema}", run: fetchSchema },
  { host: HOST, method: "GET", path: "/v1/Schemas/{schema}/Versions", run: listVersions },
];
