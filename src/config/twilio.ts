import type { z } from "zod";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import { isLoopback } from "../lib/loopback.ts";
import type { Secret } from "../lib/secret.ts";
import { secret, text } from "./variables.ts";

export interface TwilioEnvironment {
  /** The parent account. */
  readonly accountSid: AccountSid;
  readonly authToken: Secret;
  /** Tests and demo only: a stand-in on this machine. No trailing slash. */
  readonly apiBaseUrl?: string;
}

const HOW = "Twilio Console (https://console.twilio.com) > Account Info of the main account";

export const twilioVariables = {
  TWILIO_ACCOUNT_SID: text(/./, "text", `${HOW} > Account SID.`).refine(isAccountSid, {
    error: `expected AC and 32 lower-case hex digits (an API key's SID begins with SK and does not serve). ${HOW} > Account SID.`,
  }),
  // Twilio's tokens are 32 characters; the API accepts no other length.
  TWILIO_AUTH_TOKEN: secret(/^[0-9A-Za-z]{32}$/, "32 letters and digits", `${HOW} > Auth Token (press Show).`),
  TWILIO_API_BASE_URL: text(/./, "text", "")
    .refine((value) => URL.canParse(value) && isPlainLoopback(new URL(value)), {
      error:
        "expected http:// and a loopback address, e.g. http://127.0.0.1:4010. It is for tests and the demo; leave it out to use Twilio.",
    })
    .transform((value) => value.replace(/\/+$/, ""))
    .optional(),
};

function isPlainLoopback(url: URL): boolean {
  return url.protocol === "http:" && isLoopback(url.hostname);
}

type TwilioValues = z.output<z.ZodObject<typeof twilioVariables>>;

export function twilioEnvironment(values: TwilioValues): TwilioEnvironment {
  return {
    accountSid: values.TWILIO_ACCOUNT_SID,
    authToken: values.TWILIO_AUTH_TOKEN,
    ...(values.TWILIO_API_BASE_URL && { apiBaseUrl: values.TWILIO_API_BASE_URL }),
  };
}
