import { numberIn } from "../numbers.ts";
import type { AttackKind, Crime } from "./contract.ts";
import { again, perHour } from "./pace.ts";
import { isError, isReadingOf, isThreshold, speaksOf } from "./signs.ts";

const PUMPED = ["UZ", "ID", "BD", "AZ", "KG", "MG"] as const;
const USD_EACH = 0.25;
const CODE_USD_EACH = 0.12;
const LOOKUP_USD = 0.03;
/** Twilio's own protection catches a few of them. */
const BLOCKED_SHARE = 0.08;
/** Bots ask for codes and never type them; now and then one is a person. */
const CONVERTED_SHARE = 0.02;

function country(crime: Crime): string {
  return crime.luck.of("country").pick(PUMPED);
}

/** Bots ask for messages to blocks of numbers that a carrier shares its income of. */
export const smsPumping: AttackKind = {
  id: "sms-pumping",
  title: "SMS pumping: messages to neighbouring numbers of one carrier",
  shapes: ["sms-notifier", "growing"],
  intensities: ["flood", "heavy", "strong", "double", "drip"],
  threats: ["messaging-pumping", "spend-spike"],
  isSign: (signal) =>
    isThreshold(signal) ||
    isError(["30450", "30453"], signal) ||
    speaksOf(PUMPED, signal) ||
    isReadingOf(["sms"], signal),
  acts: (crime) => {
    const { player, luck } = crime;
    const to = country(crime);
    const block = luck.whole(0, 8_000);
    return again(crime, perHour(crime, ["sms-outbound-longcode"], USD_EACH), (turn) => {
      const isBlocked = luck.happens(BLOCKED_SHARE);
      const number = numberIn(to, luck, block + turn);
      player.message({ to: number, country: to, usd: isBlocked ? 0 : USD_EACH, ...(isBlocked ? { code: 30450 } : {}) });
      if (isBlocked) player.error("30450");
    });
  },
};

export const verifyPumping: AttackKind = {
  id: "verify-pumping",
  title: "Pumping of one-time codes: they are asked for and never typed",
  shapes: ["one-time-codes", "growing"],
  intensities: ["flood", "heavy", "strong", "double", "drip"],
  threats: ["verify-pumping", "spend-spike"],
  isSign: (signal) =>
    isThreshold(signal) || isError(["60410"], signal) || speaksOf(PUMPED, signal) || isReadingOf(["verify"], signal),
  acts: (crime) => {
    const { player, luck } = crime;
    const to = country(crime);
    const block = luck.whole(0, 8_000);
    return again(crime, perHour(crime, ["verify-voice-sms", "verify-package-plans"], CODE_USD_EACH), (turn) => {
      if (luck.happens(BLOCKED_SHARE)) return player.error("60410");
      player.oneTimeCode({
        to: numberIn(to, luck, block + turn),
        country: to,
        usd: CODE_USD_EACH,
        hasConverted: luck.happens(CONVERTED_SHARE),
      });
    });
  },
};

export const lookupAbuse: AttackKind = {
  id: "lookup-abuse",
  title: "Look-ups of stolen lists of numbers",
  shapes: ["one-time-codes", "sms-notifier"],
  intensities: ["flood", "heavy", "strong"],
  threats: ["lookup-abuse", "unused-product", "spend-spike"],
  isSign: (signal) => isThreshold(signal) || isReadingOf(["lookups"], signal),
  acts: (crime) => {
    // A list is long, and each look-up costs next to nothing.
    const least = { flood: 4_000, heavy: 1_000, strong: 200, double: 50, drip: 20, once: 1 }[crime.intensity];
    return again(crime, Math.max(least, perHour(crime, ["lookups"], LOOKUP_USD)), () =>
      crime.player.lookUp(LOOKUP_USD),
    );
  },
};

/** Robots call a toll-free number and hold the line: the owner of the number pays. */
export const inboundPumping: AttackKind = {
  id: "inbound-pumping",
  title: "Toll-free pumping: robots call in and hold the line",
  shapes: ["support-desk"],
  intensities: ["flood", "heavy", "strong", "double"],
  threats: ["inbound-call-pumping", "spend-spike"],
  isSign: (signal) => isThreshold(signal) || isReadingOf(["calls-inbound"], signal),
  acts: (crime) =>
    again(crime, perHour(crime, ["calls-inbound-tollfree", "calls-inbound-local"], 0.25), () =>
      crime.player.callIn("calls-inbound-tollfree", {
        to: numberIn("US", crime.luck),
        country: "US",
        minutes: 10,
        usdPerMinute: 0.025,
      }),
    ),
};
