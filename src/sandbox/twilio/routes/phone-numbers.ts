import { badRequest, notFound } from "../api-error.ts";
import type { PhoneNumber } from "../model.ts";
import { page2010 } from "../paging.ts";
import { type ApiAnswer, type ApiCall, noContent, ok, type Route } from "../route.ts";
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

function find(call: ApiCall): PhoneNumber {
  const number = call.state.numbers.get(call.parameter("number"));
  if (number === undefined || number.accountSid !== call.account.sid) throw notFound(call.request.path);
  return number;
}

/** Gives the number back: that is written down, unlike a port to another carrier. */
function release(call: ApiCall): ApiAnswer {
  const number = find(call);
  call.state.numbers.delete(number.sid);
  const data = { phone_number: number.phoneNumber, friendly_name: number.friendlyName };
  call.state.record(
    number.accountSid,
    "phone-number.deleted",
    { type: "phone-number", sid: number.sid },
    call.actor,
    data,
  );
  return noContent;
}

/**
 * Moves the number to another account of the same parent; it keeps its SID. What Monitor Events say of that is not documented, so
 * they say nothing. https://www.twilio.com/docs/iam/api/subaccounts#exchanging-numbers
 */
function update(call: ApiCall): ApiAnswer {
  const number = find(call);
  const to = call.state.accounts.get(call.form.get("AccountSid") ?? number.accountSid);
  if (to === undefined || to.ownerSid !== call.account.ownerSid) throw badRequest("AccountSid is no account of yours");
  number.accountSid = to.sid;
  return ok(render(number));
}

export const phoneNumberRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: LIST, run: list },
  { host: HOST, method: "GET", path: ONE, run: (call) => ok(render(find(call))) },
  { host: HOST, method: "POST", path: ONE, run: update },
  { host: HOST, method: "DELETE", path: ONE, run: release },
];
