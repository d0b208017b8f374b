import { badRequest, notFound, unauthenticated } from "../api-error.ts";
import type { Account, AccountStatus } from "../model.ts";
import { page2010 } from "../paging.ts";
import { type ApiAnswer, type ApiCall, ok, oneOf, type Route } from "../route.ts";
import { rfc2822 } from "../sids.ts";

const HOST = "api.twilio.com";
const ONE = "/2010-04-01/Accounts/{account}.json";
const STATUSES: readonly AccountStatus[] = ["active", "suspended", "closed"];

function render(call: ApiCall, account: Account): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${account.sid}`;
  // Keys never get to see a subaccount's token.
  const isReadable = call.subject.kind === "token" || account === call.subject.account;
  return {
    sid: account.sid,
    owner_account_sid: account.ownerSid,
    friendly_name: account.friendlyName,
    status: account.status,
    type: "Full",
    auth_token: isReadable ? account.authToken : "",
    date_created: rfc2822(account.createdAtMs),
    date_updated: rfc2822(account.updatedAtMs),
    uri: `${uri}.json`,
    subresource_uris: {
      calls: `${uri}/Calls.json`,
      incoming_phone_numbers: `${uri}/IncomingPhoneNumbers.json`,
      keys: `${uri}/Keys.json`,
      messages: `${uri}/Messages.json`,
      usage: `${uri}/Usage.json`,
    },
  };
}

function list(call: ApiCall): ApiAnswer {
  const status = call.query.get("Status");
  const name = call.query.get("FriendlyName");
  const visible = [call.account, ...call.state.subaccountsOf(call.account)]
    .filter((account) => status === null || account.status === status)
    .filter((account) => name === null || account.friendlyName === name);
  return page2010(call, "accounts", visible, (account) => render(call, account));
}

function update(call: ApiCall): ApiAnswer {
  const { account, form } = call;
  const status = form.get("Status");
  const name = form.get("FriendlyName");
  const before = { status: account.status, friendly_name: account.friendlyName };
  if (status !== null) setStatus(call, oneOf("Status", status, STATUSES));
  if (name !== null) account.friendlyName = name;
  account.updatedAtMs = call.nowMs;
  const changes: Record<string, unknown> = {};
  if (before.status !== account.status) changes["status"] = { previous: before.status, updated: account.status };
  if (before.friendly_name !== account.friendlyName) {
    changes["friendly_name"] = { previous: before.friendly_name, updated: account.friendlyName };
  }
  if (Object.keys(changes).length > 0) {
    // A subaccount as a thing belongs to its parent, and only the parent can still read about it once it is suspended.
    call.state.record(account.ownerSid, "account.updated", { type: "account", sid: account.sid }, call.actor, changes);
  }
  return ok(render(call, account));
}

function setStatus(call: ApiCall, status: AccountStatus): void {
  const { account, state, subject } = call;
  if (account.ownerSid === account.sid) throw badRequest("The main account's status cannot be changed through the API");
  // A subaccount cannot change its own status, and no key may.
  if (subject.account === account || subject.kind !== "token") throw unauthenticated();
  if (account.status === "closed" && status !== "closed") throw badRequest("A closed account cannot be opened again");
  account.status = status;
  if (status === "active") return;
  for (const message of state.messages.values()) {
    if (message.accountSid !== account.sid || message.status !== "queued") continue;
    message.status = "failed";
    message.errorCode = 30002; // account suspended between queue and send
  }
  if (status === "closed") {
    for (const number of state.numbersOf(account.sid)) state.numbers.delete(number.sid);
  }
}

function balance(call: ApiCall): ApiAnswer {
  if (call.account.ownerSid !== call.account.sid) throw notFound(call.request.path);
  return ok({ account_sid: call.account.sid, balance: call.account.balanceUsd.toFixed(2), currency: "USD" });
}

export const accountRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: "/2010-04-01/Accounts.json", access: "full", run: list },
  { host: HOST, method: "GET", path: ONE, access: "full", run: (call) => ok(render(call, call.account)) },
  { host: HOST, method: "POST", path: ONE, access: "full", run: update },
  { host: HOST, method: "GET", path: "/2010-04-01/Accounts/{account}/Balance.json", run: balance },
];
