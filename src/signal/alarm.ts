import { z } from "zod";
import type { AlarmSignal, SignalSource } from "./contract.ts";
import { accountSid, decimal, momentOf, reasonOf, scalarsOf, text, token } from "./form.ts";

const PERIOD_MINUTES: Readonly<Record<string, number>> = {
  FIVE_MINS: 5,
  FIFTEEN_MINS: 15,
  ONE_HOUR: 60,
  TWELVE_HOURS: 12 * 60,
  ONE_DAY: 24 * 60,
};

/** A period that is new to us is taken for the shortest one: errors then count for most, and nobody is told too late. */
const TimePeriod = z
  .string()
  .default("")
  .transform((name) => PERIOD_MINUTES[name.toUpperCase()] ?? 5);

/** Empty or absent: an error of any code. */
const ErrorCode = z
  .string()
  .regex(/^\d{0,10}$/, { error: "must be a number or empty" })
  .default("")
  .transform((code) => (code === "" ? null : code));

/** `error`, `warning`, or a sentence about both. */
const Log = z
  .string()
  .default("")
  .transform((log): AlarmSignal["level"] => (/warning/i.test(log) && !/error/i.test(log) ? "warning" : "error"));

const Form = z.object({
  AccountSid: accountSid,
  AppMonitorTriggerSid: text(/^AK[0-9A-Za-z]{1,62}$/, "must be AK and its digits"),
  CurrentValue: decimal,
  TriggerValue: decimal,
  /** The token has no date in it: without this, an alarm's second firing could not be told from its first. */
  DateFired: text(/^[\x20-\x7e]{1,64}$/, "must be a date"),
  IdempotencyToken: token,
  ErrorCode,
  Log,
  TimePeriod,
});

/**
 * An alarm of the Console. Twilio's page calls its keys parameters in one sentence and shows JSON in the next, so both are read.
 * https://www.twilio.com/docs/usage/troubleshooting/alarms
 */
export const alarm: SignalSource = {
  id: "alarm",
  methods: ["POST"],
  bodies: "either",
  parse({ fields, json, receivedAtMs }) {
    const form = Form.safeParse(json === undefined ? fields : scalarsOf(json));
    if (!form.success) return { ok: false, reason: reasonOf(form.error) };
    const { data } = form;
    const signal: AlarmSignal = {
      kind: "alarm",
      accountSid: data.AccountSid,
      atMs: momentOf(data.DateFired, receivedAtMs),
      alarmSid: data.AppMonitorTriggerSid,
      code: data.ErrorCode,
      level: data.Log,
      errors: data.CurrentValue,
      threshold: data.TriggerValue,
      periodMinutes: data.TimePeriod,
    };
    const sourceKey = `alarm:${data.AccountSid}:${data.IdempotencyToken}@${data.DateFired}`;
    return { ok: true, received: [{ sourceKey, signal }] };
  },
};
