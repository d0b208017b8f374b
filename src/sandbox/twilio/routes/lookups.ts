import { createHash } from "node:crypto";
import { parsePhoneNumberFromString, validatePhoneNumberLength } from "libphonenumber-js/max";
import { type ApiAnswer, type ApiCall, ok, type Route } from "../route.ts";
import { addUsage } from "../usage.ts";

const HOST = "lookups.twilio.com";

/** Packages that are played; anything else is answered as not enabled. */
const LINE = "line_type_intelligence";
const RISK = "sms_pumping_risk";
const NOT_ENABLED = 60606;
const OUT_OF_COVERAGE = 60600;

const PACKAGES = [
  "caller_name",
  "sim_swap",
  "call_forwarding",
  "line_status",
  LINE,
  "identity_match",
  "reassigned_number",
  RISK,
  "phone_number_quality_score",
  "pre_fill",
];

/** Nothing is known of numbers there. */
const NOT_COVERED = new Set<string | undefined>(["KP", "EH", "SH"]);
/** Twilio does not mean the risk for these. */
const WITHOUT_RISK = new Set<string | undefined>(["US", "CA"]);
/** Made-up price, billed as a look-up. */
const USD_EACH = 0.01;

const TYPES: Readonly<Record<string, string>> = {
  MOBILE: "mobile",
  FIXED_LINE: "landline",
  FIXED_LINE_OR_MOBILE: "mobile",
  VOIP: "nonFixedVoip",
  PREMIUM_RATE: "premium",
  SHARED_COST: "sharedCost",
  TOLL_FREE: "tollFree",
  UAN: "uan",
  PAGER: "pager",
  PERSONAL_NUMBER: "personal",
};

/** A number that is always the same for the same phone number. */
function chance(number: string, what: string): number {
  return createHash("sha256").update(`${what} ${number}`).digest().readUInt32BE(0) / 2 ** 32;
}

function fetchNumber(call: ApiCall): ApiAnswer {
  const written = call.parameter("number");
  const parsed = parsePhoneNumberFromString(written, { defaultCountry: "US", extract: false });
  const number = parsed?.number ?? written;
  const isValid = parsed?.isValid() ?? false;
  const fields = (call.query.get("Fields") ?? "").split(",").filter((name) => name !== "");
  const asked = (name: string): boolean => isValid && fields.includes(name);
  if (isValid) for (const _ of fields) bill(call);
  const none = Object.fromEntries(PACKAGES.map((name) => [name, asked(name) ? { error_code: NOT_ENABLED } : null]));
  return ok({
    calling_country_code: parsed?.countryCallingCode ?? null,
    country_code: parsed?.country ?? null,
    phone_number: number,
    national_format: parsed?.formatNational() ?? written,
    valid: isValid,
    validation_errors: isValid ? null : [problemOf(written)],
    ...none,
    ...(asked(LINE) ? { [LINE]: lineOf(number, parsed?.country, parsed?.getType()) } : {}),
    ...(asked(RISK) ? { [RISK]: riskOf(number, parsed?.country) } : {}),
    url: `https://${HOST}/v2/PhoneNumbers/${number}`,
  });
}

function bill(call: ApiCall): void {
  addUsage(call.account, "lookups", { count: 1, units: 1, usd: USD_EACH }, call.nowMs);
}

function problemOf(written: string): string {
  const why = validatePhoneNumberLength(written, "US");
  return why === undefined ? "INVALID_BUT_POSSIBLE" : why === "INVALID_COUNTRY" ? "INVALID_COUNTRY_CODE" : why;
}

function lineOf(number: string, country: string | undefined, type: string | undefined): Record<string, unknown> {
  const isKnown = !NOT_COVERED.has(country);
  const kind = TYPES[type ?? ""] ?? "unknown";
  return {
    type: isKnown ? kind : null,
    carrier_name: isKnown ? `${kind === "mobile" ? "Mobile" : "Fixed"} Carrier of ${number.slice(1, 4)}` : null,
    mobile_country_code: null,
    mobile_network_code: null,
    error_code: isKnown ? null : OUT_OF_COVERAGE,
  };
}

/** Low where Acme has its customers, and high elsewhere: nobody honest writes from there. */
function riskOf(number: string, country: string | undefined): Record<string, unknown> {
  if (NOT_COVERED.has(country) || WITHOUT_RISK.has(country))
    return { sms_pumping_risk_score: null, carrier_risk_category: null, error_code: OUT_OF_COVERAGE };
  const isUsual = ["GB", "DE", "FR"].includes(country ?? "");
  const score = Math.floor((isUsual ? 5 : 70) + 28 * chance(number, "risk"));
  return {
    carrier_risk_category: isUsual ? "low" : "moderate",
    number_blocked: !isUsual && score >= 90,
    number_blocked_date: null,
    number_blocked_last_3_months: isUsual ? null : score >= 80,
    sms_pumping_risk_score: score,
    error_code: null,
  };
}

export const lookupRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: "/v2/PhoneNumbers/{number}", run: fetchNumber },
];
