import { z } from "zod";
import { optional } from "../form.ts";
import type { StreamReader } from "./event.ts";

const Data = z.object({
  address: z.string().regex(/^[0-9A-Fa-f:.]{2,45}$/),
  /** Of API keys only. */
  auth_sid: optional(z.string().regex(/^SK[0-9a-fA-F]{32}$/)),
});

/** IP allow-listing refused somebody. In a dry run it only says what it would have done. https://www.twilio.com/docs/events/event-types/iam */
export const blockedAddresses: StreamReader = {
  pattern: /^com\.twilio\.iam\.ip\.blocked$/,
  read({ accountSid, atMs, data }) {
    const blocked = Data.safeParse(data).data;
    if (blocked === undefined) return "unreadable";
    const keySid = blocked.auth_sid ?? null;
    return { signal: { kind: "blocked-address", accountSid, atMs, address: blocked.address, keySid } };
  },
};
