import { z } from "zod";
import type { MessageSignal } from "../contract.ts";
import { countryOf, e164 } from "../country.ts";
import { optional } from "../form.ts";
import { resourceSid, type StreamReader } from "./event.ts";

/** The body of the message is never read. */
const Data = z.object({
  messageSid: resourceSid,
  to: optional(z.string()),
  from: optional(z.string()),
  errorCode: optional(z.coerce.string().regex(/^[1-9]\d{0,9}$/)),
});

const STATUSES = ["queued", "sent", "delivered", "undelivered", "failed", "read"] as const;

/** https://www.twilio.com/docs/events/event-types/messaging/message-status */
export const messages: StreamReader = {
  pattern:
    /^com\.twilio\.messaging\.(message\.(queued|sent|delivered|undelivered|failed|read)|inbound-message\.received)$/,
  read({ type, accountSid, atMs, data }) {
    const message = Data.safeParse(data).data;
    if (message === undefined) return "unreadable";
    const happened: MessageSignal["happened"] = STATUSES.find((status) => type.endsWith(`.${status}`)) ?? "received";
    const number = e164(happened === "received" ? message.from : message.to);
    const { messageSid, errorCode } = message;
    const country = countryOf(number);
    const code = errorCode ?? null;
    return { signal: { kind: "message", accountSid, atMs, happened, messageSid, country, number, code } };
  },
};
