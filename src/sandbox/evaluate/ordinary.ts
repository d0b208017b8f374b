import type { Call } from "../twilio/model.ts";
import { dayOf, newSid } from "../twilio/sids.ts";
import type { TwilioStandIn } from "../twilio/start.ts";
import { usageOf } from "../twilio/usage.ts";
import type { Act } from "./attacks/contract.ts";
import type { AccountHistory } from "./history.ts";
import type { Luck } from "./luck.ts";
import { numberIn } from "./numbers.ts";
import { HOME_IP, OWNER, type Player } from "./player.ts";
import type { Share } from "./shapes.ts";

const MINUTE_MS = 60_000;
/** Some messages never arrive: handsets that are off, numbers that are gone, carriers that filter. */
const UNDELIVERED = [
  { code: 30003, share: 0.015 },
  { code: 30005, share: 0.008 },
  { code: 30006, share: 0.004 },
  { code: 30007, share: 0.003 },
] as const;
const CONVERTED_SHARE = 0.83;
/** Of calls out: those that begin with a request. The others are dialled within calls. */
const BY_REQUEST_SHARE = 0.7;

export interface Ordinary {
  readonly history: AccountHistory;
  readonly accountSid: string;
  readonly player: Player;
  readonly luck: Luck;
}

/**
 * What an account does on an ordinary stretch of time: as many calls, messages and codes as its usage grows by, in the logs and in
 * the events. They are in the computed usage already, so nothing is billed. `toMs` is on the same GMT day as `fromMs`.
 */
export function ordinaryActs(standIn: TwilioStandIn, ordinary: Ordinary, fromMs: number, toMs: number): readonly Act[] {
  const { history, accountSid, luck, player } = ordinary;
  const acts: Act[] = [];
  const some = (leaf: string, run: () => void): void => {
    for (let left = grown(standIn, accountSid, leaf, fromMs, toMs); left > 0; left -= 1) {
      acts.push({ atMs: Math.round(luck.between(fromMs + 1, toMs)), run });
    }
  };
  const call = (direction: Call["direction"], leaf: string) => () => addCall(standIn, ordinary, direction, leaf);
  some("calls-outbound", () =>
    addCall(standIn, ordinary, luck.happens(BY_REQUEST_SHARE) ? "outbound-api" : "outbound-dial", "calls-outbound"),
  );
  some("trunking-termination", call("trunking-terminating", "trunking-termination"));
  some("calls-inbound-local", call("inbound", "calls-inbound-local"));
  some("calls-inbound-tollfree", call("inbound", "calls-inbound-tollfree"));
  some("sms-outbound-longcode", () => addMessage(standIn, ordinary));
  some("verify-voice-sms", () => addCode(standIn, ordinary));
  for (const errand of history.errands) {
    if (errand.atMs <= fromMs || errand.atMs > toMs) continue;
    acts.push(...errandActs(player, errand.what, errand.atMs));
  }
  return acts;
}

function grown(standIn: TwilioStandIn, accountSid: string, leaf: string, fromMs: number, toMs: number): number {
  const { usage } = standIn.state.account(accountSid);
  if (usage.leaves[leaf] === undefined) return 0;
  const day = dayOf(toMs - 1);
  const days = { from: day, to: day };
  // Only what is computed: what happened in the stand-in itself is somebody else's.
  const computed = { ...standIn.state.account(accountSid), liveUsage: {} };
  const until = (ms: number): number => (dayOf(ms) < day ? 0 : usageOf([computed], leaf, days, ms).count);
  // At the stroke of midnight the day is whole, and belongs to the day before.
  return until(Math.min(toMs, (day + 1) * 86_400_000 - 1)) - until(fromMs);
}

function someCountry(shares: readonly Share[], luck: Luck): string {
  let left = luck.next();
  for (const { country, share } of shares) {
    left -= share;
    if (left < 0) return country;
  }
  return shares[0]?.country ?? "US";
}

function addCall(
  standIn: TwilioStandIn,
  { history, accountSid, luck }: Ordinary,
  direction: Call["direction"],
  leaf: string,
): void {
  const { state } = standIn;
  const { unitsEach = 2, usdEach = 0.1 } = state.account(accountSid).usage.leaves[leaf] ?? {};
  const minutes = Math.max(0.2, unitsEach * luck.between(0.2, 1.8));
  const isInbound = direction === "inbound";
  const country = isInbound ? "US" : someCountry(history.destinationsAt(state.nowMs), luck);
  const own = state.numbersOf(accountSid)[0]?.phoneNumber ?? "";
  const other = numberIn(country, luck);
  const call: Call = {
    sid: newSid("CA"),
    accountSid,
    to: isInbound ? own : other,
    from: isInbound ? other : own,
    country,
    direction,
    status: "completed",
    createdAtMs: state.nowMs - minutes * MINUTE_MS,
    startedAtMs: state.nowMs - minutes * MINUTE_MS,
    endedAtMs: state.nowMs,
    talkMs: minutes * MINUTE_MS,
    usdPerMinute: usdEach / unitsEach,
    billedMinutes: Math.ceil(minutes),
    leaf,
  };
  state.addCall(call);
  state.tell({ kind: "call-ended", call });
}

function addMessage(standIn: TwilioStandIn, { history, accountSid, luck, player }: Ordinary): void {
  const { state } = standIn;
  const country = someCountry(history.destinationsAt(state.nowMs), luck);
  const fate = luck.next();
  let sum = 0;
  const failure = UNDELIVERED.find(({ share }) => {
    sum += share;
    return fate < sum;
  });
  state.addMessage({
    sid: newSid("SM"),
    accountSid,
    to: numberIn(country, luck),
    from: state.numbersOf(accountSid)[0]?.phoneNumber ?? "",
    body: "Your parcel arrives tomorrow.",
    status: failure === undefined ? "delivered" : "undelivered",
    errorCode: failure?.code ?? null,
    createdAtMs: state.nowMs,
    sentAtMs: state.nowMs,
    country,
    usd: state.account(accountSid).usage.leaves["sms-outbound-longcode"]?.usdEach ?? 0,
  });
  if (failure !== undefined) player.error(String(failure.code), "warning");
}

function addCode({ state }: TwilioStandIn, { history, accountSid, luck }: Ordinary): void {
  const country = someCountry(history.destinationsAt(state.nowMs), luck);
  state.addAttempt({
    sid: newSid("VL"),
    accountSid,
    serviceSid: `VA${accountSid.slice(2)}`,
    to: numberIn(country, luck),
    country,
    channel: "sms",
    hasConverted: luck.happens(CONVERTED_SHARE),
    createdAtMs: state.nowMs,
  });
}

/** Things in order that look like the beginning of something else. */
function errandActs(player: Player, what: AccountHistory["errands"][number]["what"], atMs: number): readonly Act[] {
  const note = (type: string, resource: string, actor = OWNER): Act => ({
    atMs,
    run: () => player.note(type, resource, actor),
  });
  switch (what) {
    case "key-created":
      return [note("account-api-keys.created", "account-api-key")];
    case "number-bought":
      return [note("phone-number.created", "phone-number")];
    case "user-from-home":
      return [note("user-session.created", "user-session", { ...OWNER, ipAddress: HOME_IP })];
    case "webhook-hiccup":
      // A deployment: a handful of requests are not answered, then all is well.
      return Array.from({ length: 6 }, (_, turn) => ({
        atMs: atMs + turn * 5_000,
        run: () => player.error("11200", "error"),
      }));
  }
}
