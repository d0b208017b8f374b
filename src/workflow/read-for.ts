import type { Json } from "../audit/envelope.ts";
import { Fault, isFault } from "../lib/fault.ts";
import type { AnyRemediation, Situation, TwilioAccount } from "../remediation/contract.ts";

/**
 * What a remediation reads before it is asked for and before it is run. A suspended account's own credentials are refused: the
 * `Fault` then says that it is suspended, and not that Twilio answered 401.
 */
export async function readFor(
  remediation: AnyRemediation,
  account: TwilioAccount,
  situation: Situation,
): Promise<Json> {
  try {
    return await remediation.read(account, situation);
  } catch (error) {
    if (!isFault(error, "unauthorised")) throw error;
    const whyNot = remediation.offer(await account.fetch());
    throw whyNot === null ? error : new Fault("rejected", whyNot, { cause: error });
  }
}
