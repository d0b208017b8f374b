import type { UsageTrigger } from "./model.ts";
import { dateOfDay, dayOf, rfc2822 } from "./sids.ts";
import type { TwilioState } from "./state.ts";
import { type Days, decimal, usageOf } from "./usage.ts";

/** The callback of one firing, before it is signed. */
export interface Firing {
  readonly trigger: UsageTrigger;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Interval {
  /** `2026-11-21`, `2026-11`, `2026` or `once`. */
  readonly key: string;
  readonly days: Days;
  /** The list of usage records that shows it. */
  readonly records: string;
}

/** The interval that a trigger watches now; all of them roll over at midnight GMT. */
function intervalOf(trigger: UsageTrigger, nowMs: number): Interval {
  const to = dayOf(nowMs);
  const date = dateOfDay(to);
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8))];
  switch (trigger.recurring) {
    case "daily":
      return { key: date, days: { from: to, to }, records: "/Daily" };
    case "monthly":
      return { key: date.slice(0, 7), days: { from: to - day + 1, to }, records: "/Monthly" };
    case "yearly":
      return { key: String(year), days: { from: dayOf(Date.UTC(year, 0, 1)), to }, records: "/Yearly" };
    case "alltime":
    case null:
      return { key: "once", days: { from: dayOf(Date.UTC(2000, month, day)), to }, records: "" };
  }
}

/** Counts the account with its subaccounts, as usage records do; Twilio does not say whether triggers do. */
export function currentValue(state: TwilioState, trigger: UsageTrigger): number {
  const account = state.account(trigger.accountSid);
  const { days } = intervalOf(trigger, state.nowMs);
  const used = usageOf([account, ...state.subaccountsOf(account)], trigger.usageCategory, days, state.nowMs);
  switch (trigger.triggerBy) {
    case "count":
      return used.count;
    case "usage":
      return used.units;
    case "price":
      return used.usd;
  }
}

export function usageRecordUri(trigger: UsageTrigger): string {
  const { records } = intervalOf(trigger, 0);
  return `/2010-04-01/Accounts/${trigger.accountSid}/Usage/Records${records}.json?Category=${trigger.usageCategory}`;
}

/** Marks every trigger that has crossed its value as fired in this interval and answers the callbacks to send. */
export function fireTriggers(state: TwilioState): readonly Firing[] {
  const firings: Firing[] = [];
  for (const trigger of state.triggers.values()) {
    const { key } = intervalOf(trigger, state.nowMs);
    if (trigger.firedIn === key || state.account(trigger.accountSid).status === "closed") continue;
    const value = currentValue(state, trigger);
    if (value < trigger.triggerValue) continue;
    trigger.firedIn = key;
    trigger.firedAtMs = state.nowMs;
    trigger.updatedAtMs = state.nowMs;
    firings.push({ trigger, parameters: parametersOf(trigger, value, state.nowMs) });
  }
  return firings;
}

function parametersOf(trigger: UsageTrigger, value: number, nowMs: number): Readonly<Record<string, string>> {
  return {
    AccountSid: trigger.accountSid,
    UsageTriggerSid: trigger.sid,
    DateFired: rfc2822(nowMs),
    Recurring: trigger.recurring === "alltime" ? "" : (trigger.recurring ?? ""),
    UsageCategory: trigger.usageCategory,
    TriggerBy: trigger.triggerBy,
    TriggerValue: trigger.triggerValue.toFixed(6),
    CurrentValue: decimal(value),
    UsageRecordUri: usageRecordUri(trigger),
    IdempotencyToken: `${trigger.accountSid}-FIRES-${trigger.sid}-${dateOfDay(dayOf(nowMs))}`,
  };
}
