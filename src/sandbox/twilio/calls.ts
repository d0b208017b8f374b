import { ApiError } from "./api-error.ts";
import { countries } from "./countries.ts";
import type { Account, Call } from "./model.ts";
import { newSid } from "./sids.ts";
import { countryOfNumber, type TwilioState } from "./state.ts";
import { addUsage } from "./usage.ts";

/*
 * A call's life: queued -> ringing -> in-progress -> completed, by the clock alone, or ended earlier through the API.
 * Each minute begun is billed when it begins, so that usage rises while calls are still up.
 */

const RING_AFTER_MS = 200;
const ANSWER_AFTER_MS = 800;
const USUAL_TALK_MS = 120_000;
const MINUTE_MS = 60_000;

/** Made-up rates that keep the real order: North America is cheap, the rest is not. */
const USD_PER_MINUTE = { domestic: 0.014, elsewhere: 0.09 } as const;

export interface CallRequest {
  readonly to: string;
  readonly from: string;
  /** Ends the call when the other side did not. */
  readonly timeLimitMs?: number;
}

/** Places a call under the account's rules, or says why not in Twilio's words. */
export function placeCall(state: TwilioState, account: Account, request: CallRequest): Call {
  const country = countryOfNumber(request.to);
  if (country === undefined)
    throw new ApiError(400, 21211, `The phone number you are attempting to call, ${request.to}, is not valid.`);
  const from = state.numbersOf(account.sid).find((number) => number.phoneNumber === request.from);
  if (from === undefined) {
    throw new ApiError(
      400,
      21210,
      `The source phone number provided, ${request.from}, is not yet verified for your account.`,
    );
  }
  if (!mayDial(state, account, request.to, country)) {
    const message = `Account not authorized to call ${request.to}. Perhaps you need to enable some international permissions.`;
    state.raiseError(account.sid, "21215", {
      message,
      requestUrl: `https://api.twilio.com/2010-04-01/Accounts/${account.sid}/Calls.json`,
    });
    state.tell({ kind: "call-refused", accountSid: account.sid, to: request.to, code: 21215 });
    throw new ApiError(400, 21215, message);
  }
  const usual = country === "US" ? USD_PER_MINUTE.domestic : USD_PER_MINUTE.elsewhere;
  const call: Call = {
    sid: newSid("CA"),
    accountSid: account.sid,
    to: request.to,
    from: request.from,
    country,
    direction: "outbound-api",
    status: "queued",
    createdAtMs: state.nowMs,
    startedAtMs: null,
    endedAtMs: null,
    talkMs: request.timeLimitMs ?? USUAL_TALK_MS,
    usdPerMinute: state.usdPerMinute.get(country) ?? usual,
    billedMinutes: 0,
  };
  state.addCall(call);
  return call;
}

function mayDial(state: TwilioState, account: Account, to: string, country: string): boolean {
  const permission = state.dialingPermission(account, country);
  const isSpecial = countries.get(country)?.specialPrefixes.some((prefix) => to.startsWith(prefix)) ?? false;
  return isSpecial ? permission.special : permission.lowRisk;
}

/** Brings every live call to where the clock says it is. */
export function settleCalls(state: TwilioState): void {
  for (const call of state.liveCalls) settle(state, call);
}

function settle(state: TwilioState, call: Call): void {
  const ageMs = state.nowMs - call.createdAtMs;
  if (call.status === "queued" && ageMs >= RING_AFTER_MS) call.status = "ringing";
  if (call.status === "ringing" && ageMs >= ANSWER_AFTER_MS) {
    call.status = "in-progress";
    call.startedAtMs = call.createdAtMs + ANSWER_AFTER_MS;
    state.tell({ kind: "call-answered", call });
  }
  if (call.startedAtMs === null) return;
  const endsAtMs = call.startedAtMs + call.talkMs;
  bill(state, call, Math.min(state.nowMs, endsAtMs));
  if (state.nowMs >= endsAtMs) state.endCall(call, "completed", endsAtMs);
}

function bill(state: TwilioState, call: Call, untilMs: number): void {
  if (call.startedAtMs === null) return;
  const minutes = Math.max(1, Math.ceil((untilMs - call.startedAtMs) / MINUTE_MS));
  const more = minutes - call.billedMinutes;
  if (more <= 0) return;
  const count = call.billedMinutes === 0 ? 1 : 0;
  call.billedMinutes = minutes;
  addUsage(
    state.account(call.accountSid),
    leafOf(call),
    { count, units: more, usd: more * call.usdPerMinute },
    state.nowMs,
  );
}

function leafOf(call: Call): string {
  if (call.leaf !== undefined) return call.leaf;
  return call.direction === "inbound" ? "calls-inbound-local" : "calls-outbound";
}
