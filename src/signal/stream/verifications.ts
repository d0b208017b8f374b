import { z } from "zod";
import type { VerificationSignal } from "../contract.ts";
import { countryOf, e164 } from "../country.ts";
import { optional } from "../form.ts";
import { countryCode, type StreamReader } from "./event.ts";

const Data = z.object({ to: optional(z.string()), country: optional(countryCode) });

const STATUSES = ["pending", "approved", "expired", "canceled"] as const;

/** Twilio's pages write the last one with `_` and with `-`. https://www.twilio.com/docs/events/event-types/verify/verification-status */
export const verifications: StreamReader = {
  pattern:
    /^com\.twilio\.accountsecurity\.verify\.verification\.(pending|approved|expired|canceled|max[_-]attempts[_-]reached)$/,
  read({ type, accountSid, atMs, data }) {
    const verification = Data.safeParse(data).data;
    if (verification === undefined) return "unreadable";
    const happened: VerificationSignal["happened"] =
      STATUSES.find((status) => type.endsWith(`.${status}`)) ?? "max-attempts";
    const country = verification.country ?? countryOf(e164(verification.to));
    return { signal: { kind: "verification", accountSid, atMs, happened, country } };
  },
};
