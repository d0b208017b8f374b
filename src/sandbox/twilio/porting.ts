import { newSid } from "./sids.ts";
import type { TwilioState } from "./state.ts";
import type { Webhook } from "./webhooks.ts";

const COMPLETED = "PortOutPhoneNumberCompleted";

/**
 * A number leaves for another carrier: the account has it no more, and the parent's porting webhook is told, if there is one. Twilio
 * publishes no schema of this post; the names are those of its other porting resources.
 */
export function portOut(state: TwilioState, phoneNumber: string): Webhook | undefined {
  const number = [...state.numbers.values()].find((candidate) => candidate.phoneNumber === phoneNumber);
  if (number === undefined) throw new Error(`the Twilio stand-in has no number ${phoneNumber}`);
  state.numbers.delete(number.sid);
  const owner = state.ownerOf(state.account(number.accountSid));
  const { porting } = owner;
  if (porting?.portOutUrl === null || porting?.portOutUrl === undefined) return undefined;
  if (porting.notificationsOf.length > 0 && !porting.notificationsOf.includes(COMPLETED)) return undefined;
  return {
    accountSid: owner.sid,
    url: porting.portOutUrl,
    method: "POST",
    parameters: {},
    json: JSON.stringify({
      event_type: COMPLETED,
      account_sid: number.accountSid,
      port_out_phone_number_sid: newSid("PU"),
      phone_number: number.phoneNumber,
      status: "completed",
      date_updated: new Date(state.nowMs).toISOString(),
    }),
    retries: 3,
  };
}
