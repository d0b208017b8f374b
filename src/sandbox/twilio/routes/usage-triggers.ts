import { badRequest, notFound } from "../api-error.ts";
import type { UsageTrigger } from "../model.ts";
import { page2010 } from "../paging.ts";
import { type ApiAnswer, type ApiCall, created, noContent, ok, oneOf, type Route, required } from "../route.ts";
import { newSid, rfc2822 } from "../sids.ts";
import { currentValue, usageRecordUri } from "../triggers.ts";
import { decimal } from "../usage.ts";
import { usageCategories } from "../usage-categories.ts";

const HOST = "api.twilio.com";
const LIST = "/2010-04-01/Accounts/{account}/Usage/Triggers.json";
const ONE = "/2010-04-01/Accounts/{account}/Usage/Triggers/{trigger}.json";
const RECURRENCES = ["daily", "monthly", "yearly", "alltime"] as const;
/** https://www.twilio.com/docs/usage/api/usage-trigger */
const LIMITS = { triggers: 1000, friendlyName: 64 } as const;

function render(call: ApiCall, trigger: UsageTrigger): Record<string, unknown> {
  return {
    sid: trigger.sid,
    account_sid: trigger.accountSid,
    api_version: "2010-04-01",
    friendly_name: trigger.friendlyName,
    usage_category: trigger.usageCategory,
    trigger_by: trigger.triggerBy,
    trigger_value: trigger.triggerValue.toFixed(6),
    current_value: decimal(currentValue(call.state, trigger)),
    recurring: trigger.recurring,
    callback_url: trigger.callbackUrl,
    callback_method: trigger.callbackMethod,
    date_created: rfc2822(trigger.createdAtMs),
    date_updated: rfc2822(trigger.updatedAtMs),
    date_fired: trigger.firedAtMs === null ? null : rfc2822(trigger.firedAtMs),
    usage_record_uri: usageRecordUri(trigger),
    uri: `/2010-04-01/Accounts/${trigger.accountSid}/Usage/Triggers/${trigger.sid}.json`,
  };
}

function owned(call: ApiCall): readonly UsageTrigger[] {
  return [...call.state.triggers.values()].filter((trigger) => trigger.accountSid === call.account.sid);
}

function list(call: ApiCall): ApiAnswer {
  const equal = (name: string, value: string): boolean => [null, value].includes(call.query.get(name));
  const shown = owned(call)
    .filter((trigger) => equal("UsageCategory", trigger.usageCategory) && equal("TriggerBy", trigger.triggerBy))
    .filter((trigger) => equal("Recurring", trigger.recurring ?? "alltime"));
  return page2010(call, "usage_triggers", shown, (trigger) => render(call, trigger));
}

function find(call: ApiCall): UsageTrigger {
  const trigger = call.state.triggers.get(call.parameter("trigger"));
  if (trigger === undefined || trigger.accountSid !== call.account.sid) throw notFound(call.request.path);
  return trigger;
}

function create(call: ApiCall): ApiAnswer {
  // Inactive triggers count too, until they are deleted.
  if (owned(call).length >= LIMITS.triggers)
    throw badRequest(`An account has at most ${LIMITS.triggers} usage triggers`);
  const usageCategory = required(call, "UsageCategory");
  if (!usageCategories.has(usageCategory)) throw badRequest(`UsageCategory ${usageCategory} is unknown`);
  const recurring = call.form.get("Recurring") ?? undefined;
  const value = required(call, "TriggerValue");
  if (!/^\+?\d+(\.\d+)?$/.test(value)) throw badRequest("TriggerValue must be a number, or an offset such as +30");
  const trigger: UsageTrigger = {
    sid: newSid("UT"),
    accountSid: call.account.sid,
    friendlyName: friendlyName(call) ?? "",
    usageCategory,
    triggerBy: oneOf("TriggerBy", call.form.get("TriggerBy") ?? "usage", ["count", "usage", "price"]),
    triggerValue: Number(value),
    recurring: recurring === undefined ? null : oneOf("Recurring", recurring, RECURRENCES),
    callbackUrl: required(call, "CallbackUrl"),
    callbackMethod: oneOf("CallbackMethod", call.form.get("CallbackMethod") ?? "POST", ["GET", "POST"]),
    createdAtMs: call.nowMs,
    updatedAtMs: call.nowMs,
    firedAtMs: null,
    firedIn: null,
  };
  if (value.startsWith("+")) trigger.triggerValue += currentValue(call.state, trigger);
  call.state.triggers.set(trigger.sid, trigger);
  record(call, "created", trigger);
  return created(render(call, trigger));
}

function friendlyName(call: ApiCall): string | undefined {
  const name = call.form.get("FriendlyName") ?? undefined;
  if (name !== undefined && name.length > LIMITS.friendlyName) {
    throw badRequest(`FriendlyName must have at most ${LIMITS.friendlyName} characters`);
  }
  return name;
}

/** Threshold, category and recurrence cannot be changed: make a new trigger instead. */
function update(call: ApiCall): ApiAnswer {
  const trigger = find(call);
  trigger.friendlyName = friendlyName(call) ?? trigger.friendlyName;
  trigger.callbackUrl = call.form.get("CallbackUrl") ?? trigger.callbackUrl;
  const method = call.form.get("CallbackMethod");
  if (method !== null) trigger.callbackMethod = oneOf("CallbackMethod", method, ["GET", "POST"]);
  trigger.updatedAtMs = call.nowMs;
  record(call, "updated", trigger);
  return ok(render(call, trigger));
}

function remove(call: ApiCall): ApiAnswer {
  const trigger = find(call);
  call.state.triggers.delete(trigger.sid);
  record(call, "deleted", trigger);
  return noContent;
}

function record(call: ApiCall, what: string, trigger: UsageTrigger): void {
  const resource = { type: "usage-trigger", sid: trigger.sid };
  call.state.record(trigger.accountSid, `usage-trigger.${what}`, resource, call.actor);
}

export const usageTriggerRoutes: readonly Route[] = [
  { host: HOST, method: "GET", path: LIST, run: list },
  { host: HOST, method: "POST", path: LIST, run: create },
  { host: HOST, method: "GET", path: ONE, run: (call) => ok(render(call, find(call))) },
  { host: HOST, method: "POST", path: ONE, run: update },
  { host: HOST, method: "DELETE", path: ONE, run: remove },
];
