import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import { Fault, type FaultKind, isFault } from "../../lib/fault.ts";

/** Slack's words for what went wrong. https://docs.slack.dev/reference/methods/chat.postMessage#errors and …/chat.update#errors */
const KINDS: Readonly<Record<string, FaultKind>> = {
  channel_not_found: "not-found",
  is_archived: "not-found",
  message_not_found: "not-found",
  thread_not_found: "not-found",
  // We were taken out of the channel: for posting it is as good as gone.
  not_in_channel: "not-found",
  // Posted by somebody else or too long ago: for us it is gone, and a new one must be posted.
  cant_update_message: "not-found",
  edit_window_closed: "not-found",
  user_not_found: "not-found",
  not_found: "not-found",
  view_not_found: "not-found",
  account_inactive: "unauthorised",
  invalid_auth: "unauthorised",
  missing_scope: "unauthorised",
  no_permission: "unauthorised",
  not_allowed_token_type: "unauthorised",
  not_authed: "unauthorised",
  team_access_not_granted: "unauthorised",
  team_disabled: "unauthorised",
  user_removed_from_team: "unauthorised",
  restricted_action: "unauthorised",
  token_expired: "unauthorised",
  token_revoked: "unauthorised",
  fatal_error: "unavailable",
  internal_error: "unavailable",
  request_timeout: "unavailable",
  service_unavailable: "unavailable",
  ratelimited: "rate-limited",
  rate_limited: "rate-limited",
  message_limit_exceeded: "rate-limited",
};

/** The one place that knows how Slack's client fails. */
export function toFault(error: unknown, method: string): Fault {
  if (isFault(error)) return error;
  if (error instanceof WebAPIRateLimitedError) {
    const retryAfterMs = error.retryAfter * 1000;
    return new Fault("rate-limited", `slack: ${method} is rate limited`, { code: "ratelimited", retryAfterMs });
  }
  if (error instanceof WebAPIPlatformError) return platformFault(error, method);
  if (error instanceof WebAPIHTTPError) {
    const kind = error.statusCode >= 500 ? "unavailable" : "rejected";
    return new Fault(kind, `slack: ${method} answered HTTP ${error.statusCode}`, { code: String(error.statusCode) });
  }
  const cause = error instanceof WebAPIRequestError ? error.original : error;
  if (cause instanceof Error && (cause.name === "TimeoutError" || cause.name === "AbortError")) {
    return new Fault("timeout", `slack: ${method} did not answer in time`, { cause });
  }
  return new Fault("unavailable", `slack: ${method} could not be reached`, { cause });
}

function platformFault(error: WebAPIPlatformError, method: string): Fault {
  const code = error.data.error;
  // A proxy's page with status 200: the client takes its text for an error word.
  if (!/^[a-z0-9_]{1,64}$/.test(code)) {
    return new Fault("unavailable", `slack: ${method} answered something that is not from Slack`);
  }
  const seconds = error.data.response_metadata?.retryAfter;
  return new Fault(KINDS[code] ?? "rejected", `slack: ${method} answered ${code}`, {
    code,
    ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }),
  });
}
