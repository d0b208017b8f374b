import { z } from "zod";
import type { SignalSource, UsageThresholdSignal } from "./contract.ts";
import { accountSid, decimal, momentOf, optional, reasonOf, text, token } from "./form.ts";

const MEASURES = ["count", "usage", "price"] as const;

const RECURRENCES: Readonly<Record<string, UsageThresholdSignal["recurring"]>> = {
  daily: "daily",
  monthly: "monthly",
  yearly: "yearly",
  alltime: "once",
};

/** Empty or absent: Twilio then counts usage. https://www.twilio.com/docs/usage/api/usage-trigger */
const TriggerBy = z
  .string()
  .default("")
  .transform((name) => name.toLowerCase() || "usage")
  .pipe(z.enum(MEASURES, { error: "must be count, usage or price" }));

/** Empty or absent: it fires once. */
const Recurring = z
  .string()
  .default("")
  .transform((name) => RECURRENCES[name.toLowerCase() || "alltime"])
  .refine((recurring) => recurring !== undefined, { error: "must be daily, monthly, yearly or empty" });

const Form = z.object({
  AccountSid: accountSid,
  UsageTriggerSid: text(/^UT[0-9a-f]{32}$/, "must be UT and 32 hex digits"),
  UsageCategory: text(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, "must be a usage category"),
  TriggerBy,
  Recurring,
  TriggerValue: decimal,
  CurrentValue: decimal,
  /** RFC 2822 in Twilio's samples; the form is not promised, so an odd one is no reason to lose an alarm. */
  DateFired: optional(text(/^[\x20-\x7e]{1,64}$/, "must be a date")),
});

const IdempotencyToken = z.object({ IdempotencyToken: token });

/** Twilio's usage-trigger callback. https://www.twilio.com/docs/usage/api/usage-trigger */
export const usageTrigger: SignalSource = {
  id: "usage-trigger",
  methods: ["POST", "GET"],
  parse({ fields, receivedAtMs }) {
    const form = Form.safeParse(fields);
    if (!form.success) return { ok: false, reason: reasonOf(form.error) };
    const { data } = form;

    const firing = firingOf(fields, data.UsageTriggerSid, data.DateFired);
    if (firing === null) return { ok: false, reason: "IdempotencyToken: is missing" };

    const signal: UsageThresholdSignal = {
      kind: "usage-threshold",
      accountSid: data.AccountSid,
      atMs: momentOf(data.DateFired, receivedAtMs),
      triggerSid: data.UsageTriggerSid,
      category: data.UsageCategory,
      measure: data.TriggerBy,
      threshold: data.TriggerValue,
      value: data.CurrentValue,
      recurring: data.Recurring ?? "once",
    };
    // The tokens can be guessed (account, trigger, day). With the account in the key, who holds one account's token cannot use up another's.
    return { ok: true, received: [{ sourceKey: `usage-trigger:${data.AccountSid}:${firing}`, signal }] };
  },
};

/** What is the same for every delivery of one firing. Null when the callback has nothing that tells firings apart. */
function firingOf(
  fields: Readonly<Record<string, string>>,
  triggerSid: string,
  dateFired: string | null | undefined,
): string | null {
  const named = IdempotencyToken.safeParse(fields);
  if (named.success) return named.data.IdempotencyToken;
  return dateFired === null || dateFired === undefined ? null : `${triggerSid}@${dateFired}`;
}
