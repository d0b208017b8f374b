import { z } from "zod";
import type { ErrorSignal, SignalSource } from "./contract.ts";
import { accountSid, momentOf, optional, reasonOf, text, token } from "./form.ts";
import { countingFrom } from "./late.ts";

/** The table in Twilio's docs says `Error`, their sample says `ERROR`; lower levels are known from Monitor alerts. */
export const LEVELS: Readonly<Record<string, ErrorSignal["level"]>> = {
  error: "error",
  warning: "warning",
  notice: "warning",
  debug: "warning",
};

const Level = text(/^[A-Za-z]{1,16}$/, "must be Error or Warning")
  .transform((level) => LEVELS[level.toLowerCase()])
  .refine((level) => level !== undefined, { error: "must be Error or Warning" });

/** Most products write it as a text, some as a number. */
export const ErrorCode = z.union([z.string().regex(/^\d{1,10}$/), z.number().int().nonnegative().transform(String)]);

const Details = z.object(
  {
    error_code: optional(ErrorCode),
    resource_sid: optional(z.string().regex(/^[A-Za-z0-9]{1,64}$/)),
    /** Its content differs from product to product. */
    more_info: optional(z.object({ ErrorCode: optional(ErrorCode) })),
  },
  { error: "must be a JSON object" },
);

const Payload = z
  .string({ error: "is missing" })
  .transform((json, context): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      context.addIssue({ code: "custom", message: "must be JSON" });
      return z.NEVER;
    }
  })
  .pipe(Details)
  .transform((details, context) => {
    const code = details.error_code ?? details.more_info?.ErrorCode;
    if (code !== null && code !== undefined) return { code, resourceSid: details.resource_sid ?? null };
    context.addIssue({ code: "custom", message: "has no error_code" });
    return z.NEVER;
  });

const SID = "must be NO and 32 hex digits";

const Form = z.object({
  Sid: optional(text(/^NO[0-9a-f]{32}$/, SID)),
  AccountSid: accountSid,
  Level,
  Payload,
  Timestamp: optional(z.string().max(64)),
});

/** Twilio's debugger webhook: every error and warning of an account. https://www.twilio.com/docs/usage/troubleshooting/debugging-event-webhooks */
export const debuggerWebhook: SignalSource = {
  id: "debugger",
  methods: ["POST"],
  parse({ fields, headers, receivedAtMs }) {
    const form = Form.safeParse(fields);
    if (!form.success) return { ok: false, reason: reasonOf(form.error) };
    const { data } = form;

    const event = data.Sid ?? token.safeParse(headers["i-twilio-idempotency-token"]).data;
    if (event === undefined) return { ok: false, reason: `Sid: ${SID}` };

    const atMs = momentOf(data.Timestamp, receivedAtMs);
    const signal: ErrorSignal = {
      kind: "error",
      accountSid: data.AccountSid,
      atMs,
      code: data.Payload.code,
      level: data.Level ?? "warning",
      resourceSid: data.Payload.resourceSid,
    };
    const dated = countingFrom(signal, atMs, Date.parse(data.Timestamp ?? ""));
    return { ok: true, received: [{ sourceKey: `debugger:${data.AccountSid}:${event}`, signal: dated }] };
  },
};
