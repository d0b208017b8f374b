import type { Account, ApiKey, PhoneNumber, Seed, UsageTrigger } from "../model.ts";
import type { Acme } from "../seed.ts";
import { DAY_MS, derivedSid, newSid, newToken } from "../sids.ts";

/** Acme as scenarios are played on it: each has an account that fits, and no two need the same one. */
export interface Cast {
  readonly acme: Acme;
  /** "Acme Retail": a shop whose server is broken into. */
  readonly retailSid: string;
  /** "Acme Booking": one of its keys leaks. */
  readonly bookingSid: string;
  /** A number of "Acme Support Desk". */
  readonly supportNumber: string;
}

/** Dollars a day; ordinary days of these accounts stay well below. */
const TRIGGERS = { verify: 12, support: 30, notifications: 75, retail: 25 } as const;

/** Adds to the seed what the scenarios need: two more shops, and usage triggers as `tollgate setup` would make them. */
export function castOf(acme: Acme, publicUrl: string, nowMs: number): { readonly cast: Cast; readonly seed: Seed } {
  const { seed, parent, verifySid, supportSid, notificationsSid } = acme;
  const pattern = seed.accounts.find(({ sid }) => sid === supportSid);
  const number = seed.numbers.find(({ accountSid }) => accountSid === supportSid);
  if (pattern === undefined || number === undefined) throw new Error("the seed has no support desk with a number");
  const shop = (friendlyName: string): Account => {
    const sid = derivedSid("AC", parent.sid, friendlyName);
    return {
      ...structuredClone(pattern),
      sid,
      friendlyName,
      authToken: newToken(),
      debuggerUrl: `${publicUrl}/twilio/debugger/${sid}`,
    };
  };
  const retail = shop("Acme Retail");
  const booking = shop("Acme Booking");
  const trigger = (accountSid: string, usageCategory: string, usd: number) =>
    spendTrigger(accountSid, usageCategory, usd, publicUrl, nowMs);
  return {
    cast: { acme, retailSid: retail.sid, bookingSid: booking.sid, supportNumber: number.phoneNumber },
    seed: {
      ...seed,
      accounts: [...seed.accounts, retail, booking],
      keys: [...seed.keys, shopKey(retail.sid, nowMs), shopKey(booking.sid, nowMs)],
      numbers: [
        ...seed.numbers,
        shopNumber(retail.sid, "+12025550141", nowMs),
        shopNumber(booking.sid, "+12025550151", nowMs),
      ],
      triggers: [
        ...seed.triggers,
        trigger(verifySid, "verify-voice-sms", TRIGGERS.verify),
        trigger(supportSid, "totalprice", TRIGGERS.support),
        trigger(notificationsSid, "sms-outbound", TRIGGERS.notifications),
        trigger(retail.sid, "totalprice", TRIGGERS.retail),
      ],
    },
  };
}

function shopKey(accountSid: string, nowMs: number): ApiKey {
  const createdAtMs = nowMs - 120 * DAY_MS;
  return {
    sid: newSid("SK"),
    accountSid,
    friendlyName: "storefront",
    secret: newToken(),
    kind: "standard",
    createdAtMs,
    updatedAtMs: createdAtMs,
  };
}

function shopNumber(accountSid: string, phoneNumber: string, nowMs: number): PhoneNumber {
  return { sid: newSid("PN"), accountSid, phoneNumber, friendlyName: phoneNumber, createdAtMs: nowMs - 200 * DAY_MS };
}

function spendTrigger(
  accountSid: string,
  usageCategory: string,
  usd: number,
  publicUrl: string,
  nowMs: number,
): UsageTrigger {
  return {
    sid: derivedSid("UT", accountSid, usageCategory),
    accountSid,
    friendlyName: `${usageCategory}, dollars a day`,
    usageCategory,
    triggerBy: "price",
    triggerValue: usd,
    recurring: "daily",
    callbackUrl: `${publicUrl}/twilio/usage-trigger/${accountSid}`,
    callbackMethod: "POST",
    createdAtMs: nowMs - 30 * DAY_MS,
    updatedAtMs: nowMs - 30 * DAY_MS,
    firedAtMs: null,
    firedIn: null,
  };
}
