import { z } from "zod";
import type { ErrorSignal } from "../contract.ts";
import { ErrorCode, LEVELS } from "../debugger.ts";
import { optional } from "../form.ts";
import { parsedText, type StreamReader } from "./event.ts";

const Payload = z
  .unknown()
  .optional()
  .transform(parsedText)
  .pipe(
    optional(
      z.object({
        error_code: optional(ErrorCode),
        resource_sid: optional(z.string().regex(/^[A-Za-z0-9]{1,64}$/)),
        more_info: optional(z.object({ ErrorCode: optional(ErrorCode) })),
      }),
    ),
  );

const Data = z.object({
  sid: optional(z.string().regex(/^NO[0-9a-f]{32}$/)),
  level: z.string().max(16),
  error_code: optional(ErrorCode),
  correlation_sid: optional(z.string().regex(/^[A-Za-z0-9]{1,64}$/)),
  payload: Payload,
});

/** Functions write down every word under this type, ours to Twilio among them, if somebody forwards them with one. */
const NOISE = /^(info|debug|trace)$/i;

/** https://www.twilio.com/docs/events/event-types/error-logs */
export const errors: StreamReader = {
  pattern: /^com\.twilio\.error-logs\.error\.logged$/,
  read({ accountSid, atMs, data }) {
    const logged = Data.safeParse(data).data;
    if (logged === undefined) return "unreadable";
    if (NOISE.test(logged.level)) return "ignored";
    const { payload } = logged;
    const code = logged.error_code ?? payload?.error_code ?? payload?.more_info?.ErrorCode;
    if (code === null || code === undefined) return "unreadable";
    const level = LEVELS[logged.level.toLowerCase()] ?? "warning";
    const resourceSid = payload?.resource_sid ?? logged.correlation_sid ?? null;
    const signal: ErrorSignal = { kind: "error", accountSid, atMs, code, level, resourceSid };
    // The debugger webhook and Monitor Alerts tell of the same error under the same SID.
    return typeof logged.sid === "string" ? { signal, sourceKey: `debugger:${accountSid}:${logged.sid}` } : { signal };
  },
};
