import { badRequest } from "../api-error.ts";
import type { VerifyAttempt } from "../model.ts";
import { pageWithMeta } from "../paging.ts";
import { type ApiAnswer, type ApiCall, ok, type Route } from "../route.ts";
import { iso8601 } from "../sids.ts";

/*
 * Verify's attempts, of the account whose credentials are used: there is no account in the address.
 * https://www.twilio.com/docs/verify/api/list-verification-attempts
 */

const HOST = "verify.twilio.com";

function moment(call: ApiCall, name: string, otherwise: number): number {
  const text = call.query.get(name);
  if (text === null) return otherwise;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw badRequest(`${name} must be an ISO 8601 date`);
  return ms;
}

function shown(call: ApiCall): readonly VerifyAttempt[] {
  const { query } = call;
  const fromMs = moment(call, "DateCreatedAfter", Number.NEGATIVE_INFINITY);
  const toMs = moment(call, "DateCreatedBefore", Number.POSITIVE_INFINITY);
  const equal = (name: string, value: string): boolean => [null, value].includes(query.get(name));
  return [...call.state.attempts.values()]
    .filter((attempt) => attempt.accountSid === call.account.sid)
    .filter(({ createdAtMs }) => createdAtMs >= fromMs && createdAtMs <= toMs)
    .filter(
      (attempt) =>
        equal("Country", attempt.country) &&
        equal("Channel", attempt.channel) &&
        equal("VerifyServiceSid", attempt.serviceSid) &&
        equal("Status", statusOf(attempt)) &&
        attempt.to.startsWith(query.get("DestinationPrefix") ?? ""),
    )
    .reverse();
}

function statusOf({ hasConverted }: VerifyAttempt): "converted" | "unconverted" {
  return hasConverted ? "converted" : "unconverted";
}

function render(attempt: VerifyAttempt): Record<string, unknown> {
  const verificationSid = `VE${attempt.sid.slice(2)}`;
  return {
    sid: attempt.sid,
    account_sid: attempt.accountSid,
    service_sid: attempt.serviceSid,
    verification_sid: verificationSid,
    date_created: iso8601(attempt.createdAtMs),
    date_updated: iso8601(attempt.createdAtMs),
    conversion_status: statusOf(attempt),
    channel: attempt.channel,
    price: { value: "0.05", currency: "usd" },
    channel_data: {
      verification_sid: verificationSid,
      to: attempt.to,
      status: attempt.hasConverted ? "confirmed" : "unconfirmed",
      message_status: "sent",
      error_code: null,
      country: attempt.country,
      code_length: 6,
      locale: "en",
    },
    url: `https://${HOST}/v2/Attempts/${attempt.sid}`,
  };
}

function summary(call: ApiCall): ApiAnswer {
  const attempts = shown(call);
  const total = attempts.length;
  const converted = attempts.filter(({ hasConverted }) => hasConverted).length;
  return ok({
    total_attempts: total,
    total_converted: converted,
    total_unconverted: total - converted,
    conversion_rate_percentage: total === 0 ? null : String((100 * converted) / total),
    url: `https://${HOST}/v2/Attempts/Summary`,
  });
}

export const verifyAttemptRoutes: readonly Route[] = [
  {
    host: HOST,
    method: "GET",
    path: "/v2/Attempts",
    run: (call) => pageWithMeta(call, "attempts", shown(call), render),
  },
  { host: HOST, method: "GET", path: "/v2/Attempts/Summary", run: summary },
];
