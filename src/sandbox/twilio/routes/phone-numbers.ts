import { notFound } from "../api-error.ts";
import type { PhoneNumber } from "../model.ts";
import { page2010 } from "../paging.ts";
import { type ApiAnswer, type ApiCall, ok, type Route } from "../route.ts";
import { rfc2822 } from "../sids.ts";

const HOST = "api.twilio.com";
const LIST = "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json";
const ONE = "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{number}.json";

function render(number: PhoneNumber): Record<string, unknown> {
  return {
    sid: number.sid,
    account_sid: number.accountSid,
    api_version: "2010-04-01",
    phone_number: number.phoneNumber,
    friendly_name: number.friendlyName,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    beta: false,
    origin: "twilio",
    status: "in-use",
    address_requirements: "none",
    voice_url: "https://customer.example/voice",
    voice_method: "POST",
    voice_fallback_url: "",
    voice_fallback_method: "POST",
    voice_application_sid: "",
    voice_caller_id_lookup: false,
    sms_url: "",
    sms_method: "POST",
    sms_fallback_url: "",
    sms_fallback_method: "POST",
    sms_application_sid: "",
    status_callback: "",
    status_callback_method: "POST",
    trunk_sid: null,
    date_created: rfc2822(number.createdAtMs),
    date_updated: rfc2822(number.createdAtMs),
    uri: `/2010-04-01/Accounts/${number.accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
  };
}

function list(call: ApiCall): ApiAnswer {
  const equal = (name: string, value: string): boolean => [null, value].includes(call.query.get(name));
  const shown = call.state
    .numbersOf(call.account.sid)
    .filter((number) => equal("PhoneNumber", number.phoneNumber) && equal("FriendlyName", number.friendlyName));
  return page2010(call, "incoming_phone_numbers", shown, render);
}

function fetch(call: ApiCall): ApiAnswer {
  const number = call.state.numbers.get(call.parameter("number"));
  if (number === undefined || number.accountSid !== call.account.sid) throw notFound(call.request.path);
  return ok(render(number));
}

export const phoneNumberRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: LIST, run: list },
  { host: HOST, method: "GET", path: ONE, run: fetch },
];
