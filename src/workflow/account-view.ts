import { within } from "../lib/deadline.ts";
import type { AccountSid } from "../lib/id.ts";
import type { AccountView } from "../notice/views.ts";
import type { Twilio } from "./ports.ts";

/** A dialog must be on the screen before its trigger dies; the name of the account may come a moment later. */
const NAME_BUDGET_MS = 250;

export type AccountViewOf = (sid: AccountSid) => Promise<AccountView>;

/** Name and status of an account, or its SID alone when Twilio does not say at once. */
export function createAccountView(twilio: Pick<Twilio, "facts">): AccountViewOf {
  return async (sid) => {
    try {
      return await within(NAME_BUDGET_MS, "the account's name", twilio.facts(sid));
    } catch {
      return { sid };
    }
  };
}
