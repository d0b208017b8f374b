import { isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Credentials } from "./credentials.ts";
import { asFaults } from "./errors.ts";
import type { TwilioClient } from "./sdk.ts";

/** As the account itself: what only its own credentials reach. A refusal (nothing happened then) may only mean that somebody else rotated the token. */
export async function asAccount<Answer>(
  credentials: Credentials,
  sid: AccountSid,
  what: string,
  work: (client: TwilioClient) => Promise<Answer>,
): Promise<Answer> {
  const once = () => asFaults(`${what} of ${sid}`, async () => work(await credentials.clientOf(sid)));
  const before = await credentials.tokenOf(sid);
  try {
    return await once();
  } catch (error) {
    if (sid === credentials.parentSid || !isFault(error, "unauthorised")) throw error;
    if ((await credentials.renew(sid)).equals(before)) throw error;
    return once();
  }
}
