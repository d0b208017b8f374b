import { z } from "zod";
import { badRequest, notFound } from "../api-error.ts";
import { type Country, countries } from "../countries.ts";
import type { DialingPermission } from "../model.ts";
import { pageWithMeta } from "../paging.ts";
import { type ApiAnswer, type ApiCall, created, ok, oneOf, type Route, required } from "../route.ts";

const HOST = "voice.twilio.com";
const LIST = "/v1/DialingPermissions/Countries";
const ONE = `${LIST}/{country}`;
const PREFIXES = `${ONE}/HighRiskSpecialPrefixes`;
const BULK = "/v1/DialingPermissions/BulkCountryUpdates";
const SETTINGS = "/v1/Settings";

/** Twilio takes the flags as strings; the example in its own OpenAPI document uses keys that no longer work. */
const Flag = z.enum(["true", "false"]).transform((text) => text === "true");
const Updates = z.array(
  z.object({
    iso_code: z.string(),
    low_risk_numbers_enabled: Flag.optional(),
    high_risk_special_numbers_enabled: Flag.optional(),
    high_risk_tollfraud_numbers_enabled: Flag.optional(),
  }),
);

function render(call: ApiCall, country: Country): Record<string, unknown> {
  const permission = call.state.dialingPermission(call.account, country.isoCode);
  const url = `https://${HOST}${LIST}/${country.isoCode}`;
  return {
    iso_code: country.isoCode,
    name: country.name,
    continent: country.continent,
    country_codes: [country.callingCode],
    low_risk_numbers_enabled: permission.lowRisk,
    high_risk_special_numbers_enabled: permission.special,
    high_risk_tollfraud_numbers_enabled: permission.tollfraud,
    url,
    links: { highrisk_special_prefixes: `${url}/HighRiskSpecialPrefixes` },
  };
}

function list(call: ApiCall): ApiAnswer {
  const asks = (name: string, value: string | boolean): boolean => {
    const wanted = call.query.get(name);
    return wanted === null || wanted === String(value);
  };
  const shown = [...countries.values()].filter((country) => {
    const permission = call.state.dialingPermission(call.account, country.isoCode);
    return (
      asks("IsoCode", country.isoCode) &&
      asks("Continent", country.continent) &&
      asks("CountryCode", country.callingCode) &&
      asks("LowRiskNumbersEnabled", permission.lowRisk) &&
      asks("HighRiskSpecialNumbersEnabled", permission.special) &&
      asks("HighRiskTollfraudNumbersEnabled", permission.tollfraud)
    );
  });
  return pageWithMeta(call, "content", shown, (country) => render(call, country));
}

function find(call: ApiCall): Country {
  const country = countries.get(call.parameter("country"));
  if (country === undefined) throw notFound(call.request.path);
  return country;
}

function parseUpdates(text: string): z.infer<typeof Updates> {
  try {
    return Updates.parse(JSON.parse(text));
  } catch {
    throw badRequest("UpdateRequest must be a JSON array of countries with flags as strings");
  }
}

/**
 * Writes the account's own table. While a subaccount inherits, that table has no say: the change is accepted and nothing
 * happens, which is what a careless client must notice by reading back. Unknown countries are left out of the count.
 */
function updateMany(call: ApiCall): ApiAnswer {
  const { account, state } = call;
  const updates = parseUpdates(required(call, "UpdateRequest")).filter((update) => countries.has(update.iso_code));
  const rows = updates.map((update) => {
    const before = account.dialing[update.iso_code] ?? state.dialingPermission(account, update.iso_code);
    const after: DialingPermission = {
      lowRisk: update.low_risk_numbers_enabled ?? before.lowRisk,
      special: update.high_risk_special_numbers_enabled ?? before.special,
      tollfraud: update.high_risk_tollfraud_numbers_enabled ?? before.tollfraud,
    };
    account.dialing[update.iso_code] = after;
    return {
      iso_code: update.iso_code,
      low_risk_numbers_enabled: { previous: before.lowRisk, updated: after.lowRisk },
      high_risk_special_numbers_enabled: { previous: before.special, updated: after.special },
      high_risk_tollfraud_numbers_enabled: { previous: before.tollfraud, updated: after.tollfraud },
    };
  });
  recordChange(call, { countries: rows });
  return created({ update_count: updates.length, update_request: "accepted" });
}

function settings(call: ApiCall): Record<string, unknown> {
  return { dialing_permissions_inheritance: call.account.inheritsDialing, url: `https://${HOST}${SETTINGS}` };
}

function updateSettings(call: ApiCall): ApiAnswer {
  const wanted = call.form.get("DialingPermissionsInheritance");
  const before = call.account.inheritsDialing;
  if (wanted !== null) {
    call.account.inheritsDialing = oneOf("DialingPermissionsInheritance", wanted, ["true", "false"]) === "true";
  }
  const after = call.account.inheritsDialing;
  if (before !== after) recordChange(call, { dialing_permissions_inheritance: { previous: before, updated: after } });
  return { status: 202, body: settings(call) };
}

function recordChange(call: ApiCall, data: Record<string, unknown>): void {
  const resource = { type: "voice-geographic-permissions", sid: call.account.sid };
  call.state.record(call.account.sid, "voice-geographic-permissions.updated", resource, call.actor, data);
}

export const dialingPermissionRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: LIST, run: list },
  { host: HOST, method: "GET", path: ONE, run: (call) => ok(render(call, find(call))) },
  {
    host: HOST,
    method: "GET",
    path: PREFIXES,
    run: (call) => pageWithMeta(call, "content", find(call).specialPrefixes, (prefix) => ({ prefix })),
  },
  { host: HOST, method: "POST", path: BULK, run: updateMany },
  { host: HOST, method: "GET", path: SETTINGS, run: (call) => ok(settings(call)) },
  { host: HOST, method: "POST", path: SETTINGS, run: updateSettings },
];
