import { ApiError, badRequest, notFound } from "../api-error.ts";
import type { ApiKey } from "../model.ts";
import { page2010, pageWithMeta } from "../paging.ts";
import { type ApiAnswer, type ApiCall, created, noContent, ok, type Route } from "../route.ts";
import { rfc2822 } from "../sids.ts";

const V2010 = { host: "api.twilio.com", list: "/2010-04-01/Accounts/{account}/Keys.json" } as const;
const V2010_ONE = "/2010-04-01/Accounts/{account}/Keys/{key}.json";
const IAM = { host: "iam.twilio.com", list: "/v1/Keys", one: "/v1/Keys/{key}" } as const;

function render(key: ApiKey): Record<string, unknown> {
  return {
    sid: key.sid,
    friendly_name: key.friendlyName,
    date_created: rfc2822(key.createdAtMs),
    date_updated: rfc2822(key.updatedAtMs),
  };
}

/** Nothing in the newer API tells a Main key from a standard one either. */
function renderV1(key: ApiKey): Record<string, unknown> {
  return { ...render(key), flags: ["rest_api", "signing"] };
}

function find(call: ApiCall): ApiKey {
  const key = call.state.keys.get(call.parameter("key"));
  if (key === undefined || key.accountSid !== call.account.sid) throw notFound(call.request.path);
  return key;
}

function create(call: ApiCall): ApiAnswer {
  const key = call.state.addKey(call.account.sid, "standard", call.form.get("FriendlyName") ?? "");
  record(call, "account-api-keys.created", key);
  return created({ ...render(key), secret: key.secret });
}

function update(call: ApiCall): ApiAnswer {
  const key = find(call);
  key.friendlyName = call.form.get("FriendlyName") ?? key.friendlyName;
  key.updatedAtMs = call.nowMs;
  record(call, "account-api-keys.updated", key);
  return ok(render(key));
}

function remove(call: ApiCall): ApiAnswer {
  const key = find(call);
  call.state.keys.delete(key.sid);
  record(call, "account-api-keys.deleted", key);
  return noContent;
}

function record(call: ApiCall, eventType: string, key: ApiKey): void {
  const resource = { type: "account-api-keys", sid: key.sid };
  call.state.record(key.accountSid, eventType, resource, call.actor, { friendly_name: key.friendlyName });
}

function listV1(call: ApiCall): ApiAnswer {
  const accountSid = call.query.get("AccountSid");
  if (accountSid === null) throw badRequest("AccountSid is required");
  if (accountSid !== call.account.sid) throw new ApiError(401, 70051, "Authorization failed for this account");
  return pageWithMeta(call, "keys", call.state.keysOf(call.account.sid), renderV1);
}

export const keyRoutes: readonly Route[] = [
  {
    host: V2010.host,
    method: "GET",
    path: V2010.list,
    access: "full",
    run: (call) => page2010(call, "keys", call.state.keysOf(call.account.sid), render),
  },
  { host: V2010.host, method: "POST", path: V2010.list, access: "full", run: create },
  { host: V2010.host, method: "GET", path: V2010_ONE, access: "full", run: (call) => ok(render(find(call))) },
  { host: V2010.host, method: "POST", path: V2010_ONE, access: "full", run: update },
  { host: V2010.host, method: "DELETE", path: V2010_ONE, access: "full", run: remove },
  { host: IAM.host, method: "GET", path: IAM.list, access: "full", run: listV1 },
  {
    host: IAM.host,
    method: "GET",
    path: IAM.one,
    access: "full",
    run: (call) => ok({ ...renderV1(find(call)), policy: null }),
  },
  { host: IAM.host, method: "DELETE", path: IAM.one, access: "full", run: remove },
];
