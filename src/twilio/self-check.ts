import { isFault } from "../lib/fault.ts";
import type { Credentials } from "./credentials.ts";

/**
 * What keeps Twilio's API from working for us, one sentence each with the way out; none when all is well. One cheap call, which
 * also tells with which token the parent's webhooks are signed now.
 */
export async function findTwilioProblems(credentials: Credentials): Promise<readonly string[]> {
  try {
    await credentials.renew(credentials.parentSid);
    return [];
  } catch (error) {
    if (!isFault(error)) throw error;
    const code = error.code ?? error.kind;
    if (error.kind === "unauthorised") {
      return [
        `TWILIO_AUTH_TOKEN: Twilio refuses it (${code}); copy the primary auth token of TWILIO_ACCOUNT_SID from the Console (Account > API keys & tokens) and restart Tollgate.`,
      ];
    }
    return [`Twilio could not be asked (${code}); webhooks of accounts whose token is not known yet are answered 503.`];
  }
}
