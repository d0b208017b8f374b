import { notFound } from "../api-error.ts";
import { type ApiAnswer, type ApiCall, created, noContent, ok, type Route } from "../route.ts";
import { iso8601, newToken } from "../sids.ts";

const HOST = "accounts.twilio.com";
const SECONDARY = "/v1/AuthTokens/Secondary";
const PROMOTE = "/v1/AuthTokens/Promote";

/** Dates and address that both token resources share. */
function frame(call: ApiCall, path: string): Record<string, unknown> {
  const date = iso8601(call.nowMs);
  return { account_sid: call.account.sid, date_created: date, date_updated: date, url: `https://${HOST}${path}` };
}

/** A second creation replaces the first: Twilio does not document which, and this is what catches a careless client. */
function create(call: ApiCall): ApiAnswer {
  const token = newToken();
  call.account.secondaryToken = token;
  record(call, "secondary-created");
  return created({ ...frame(call, SECONDARY), secondary_auth_token: token });
}

/** The old primary dies in this moment, for requests and for signatures. */
function promote(call: ApiCall): ApiAnswer {
  const token = call.account.secondaryToken;
  if (token === null) throw notFound(PROMOTE);
  call.account.authToken = token;
  call.account.secondaryToken = null;
  record(call, "promoted");
  return ok({ ...frame(call, PROMOTE), auth_token: token });
}

function remove(call: ApiCall): ApiAnswer {
  if (call.account.secondaryToken === null) throw notFound(SECONDARY);
  call.account.secondaryToken = null;
  record(call, "secondary-deleted");
  return noContent;
}

function record(call: ApiCall, what: string): void {
  const resource = { type: "account-auth-token", sid: call.account.sid };
  call.state.record(call.account.sid, `account-auth-token.${what}`, resource, call.actor);
}

export const authTokenRoutes: readonly Route[] = [
  { host: HOST, method: "POST", path: SECONDARY, access: "full", run: create },
  { host: HOST, method: "DELETE", path: SECONDARY, access: "full", run: remove },
  { host: HOST, method: "POST", path: PROMOTE, access: "full", run: promote },
];
