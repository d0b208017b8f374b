import type { Account } from "./model.ts";
import { derivedSid, rfc2822 } from "./sids.ts";
import type { Webhook } from "./webhooks.ts";

/** A Console alarm: so many errors within a period. Alarms are made in the Console, so the stand-in keeps only who hears them. */
export interface AlarmFiring {
  /** Any error when not given. */
  readonly code?: string;
  readonly level?: "error" | "warning";
  readonly errors: number;
  readonly threshold: number;
  readonly period?: "FIVE_MINS" | "FIFTEEN_MINS" | "ONE_HOUR" | "TWELVE_HOURS" | "ONE_DAY";
  /** Twilio's page shows JSON and speaks of parameters: either may come. Default: a form. */
  readonly as?: "form" | "json";
}

/** The alarm's post, if the account has told Twilio whom. */
export function alarmWebhook(account: Account, firing: AlarmFiring, nowMs: number): Webhook | undefined {
  if (account.alarmUrl === null || account.alarmUrl === undefined) return undefined;
  const alarmSid = derivedSid("AK", account.sid, firing.code ?? "any", firing.level ?? "error");
  const parameters = {
    AccountSid: account.sid,
    AppMonitorTriggerSid: alarmSid,
    CurrentValue: String(firing.errors),
    DateFired: rfc2822(nowMs),
    Description: firing.code === undefined ? "Any Warning or Error" : `Error ${firing.code}`,
    ErrorCode: firing.code ?? "",
    // It has no date: two firings of one alarm share it.
    IdempotencyToken: `${account.sid}-FIRES-${alarmSid}`,
    Log: firing.level ?? "error",
    TimePeriod: firing.period ?? "FIFTEEN_MINS",
    TriggerValue: firing.threshold.toFixed(6),
  };
  const isJson = firing.as === "json";
  return {
    accountSid: account.sid,
    url: account.alarmUrl,
    method: "POST",
    parameters: isJson ? {} : parameters,
    ...(isJson ? { json: JSON.stringify(parameters) } : {}),
    retries: 0,
  };
}
