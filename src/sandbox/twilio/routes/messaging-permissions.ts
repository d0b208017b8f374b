import { z } from "zod";
import { badRequest } from "../api-error.ts";
import { type Country, countries, highRiskMessaging, unsupportedMessaging } from "../countries.ts";
import { type ApiAnswer, type ApiCall, ok, type Route } from "../route.ts";

const HOST = "accounts.twilio.com";
const PATH = "/v1/Messaging/GeoPermissions";

const Row = z.object({ country_code: z.string(), type: z.literal("country"), enabled: z.boolean() });

function fetch(call: ApiCall): ApiAnswer {
  const wanted = call.query.get("CountryCode")?.split(",");
  const shown = [...countries.values()].filter((country) => wanted === undefined || wanted.includes(country.isoCode));
  return ok({ permissions: shown.filter((country) => !unsupportedMessaging.has(country.isoCode)).map(render(call)) });
}

function render(call: ApiCall): (country: Country) => Record<string, unknown> {
  return (country) => ({
    country_code: country.isoCode,
    type: "country",
    enabled: call.state.mayMessage(call.account, country.isoCode),
    prefix: country.callingCode,
    message: highRiskMessaging.has(country.isoCode) ? "High Risk Country" : "",
  });
}

function parseRow(text: string): z.infer<typeof Row> {
  try {
    return Row.parse(JSON.parse(text));
  } catch {
    throw badRequest("Permissions must be JSON objects with country_code, type and enabled");
  }
}

/** Answers 200 whatever happens to the single rows: a refused one says so in itself. */
function update(call: ApiCall): ApiAnswer {
  const rows = call.form.getAll("Permissions").map(parseRow);
  if (rows.length === 0) throw badRequest("Missing required parameter Permissions in the post body");
  const permissions = rows
    .filter((row) => countries.has(row.country_code) && !unsupportedMessaging.has(row.country_code))
    .map((row) => change(call, row));
  return ok({ permissions });
}

function change(call: ApiCall, row: z.infer<typeof Row>): Record<string, unknown> {
  const { account, state } = call;
  const before = state.mayMessage(account, row.country_code);
  const answer = { country_code: row.country_code, type: "country" };
  if (highRiskMessaging.has(row.country_code)) {
    const error_messages = ["High risk country permission cannot be updated"];
    return { ...answer, enabled: before, error_code: 30649, error_messages };
  }
  account.messaging[row.country_code] = row.enabled;
  if (before !== row.enabled) {
    const resource = { type: "sms-geographic-permissions", sid: account.sid };
    const data = { country_code: row.country_code, enabled: { previous: before, updated: row.enabled } };
    state.record(account.sid, "sms-geographic-permissions.updated", resource, call.actor, data);
  }
  return { ...answer, enabled: row.enabled, error_code: 0, error_messages: [] };
}

export const messagingPermissionRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: PATH, run: fetch },
  { host: HOST, method: "PATCH", path: PATH, run: update },
];
