import type { Threat } from "./contract.ts";
import { usageSpike } from "./threats.ts";

/** What a usage category means for fraud, and how a sentence speaks of it. */
export interface CategoryMeaning {
  readonly threat: Threat;
  /** True when strangers earn by our traffic in it: money then runs by the minute. */
  readonly isFraudProne: boolean;
  /** Begins a sentence about money: `Outbound call spend`. */
  readonly spend: string;
  /** Begins a sentence about a number of things: `Outbound calls`. */
  readonly count: string;
  /** Begins a sentence about units: `Outbound call minutes`. */
  readonly usage: string;
}

interface Family {
  /** The longest matching beginning wins. */
  readonly startsWith: readonly string[];
  readonly threat: Threat;
  /** `call` -> `Outbound call spend`, `Outbound calls`, `Outbound call minutes`. */
  readonly noun: string;
  readonly unit: string | null;
}

/**
 * Twilio has several hundred categories and adds more; families catch those to come. `calls` leaves out Client and SIP calls,
 * so they are listed. https://www.twilio.com/docs/usage/api/usage-record#usage-categories
 */
const FAMILIES: readonly Family[] = [
  { startsWith: ["calls"], threat: "toll-fraud", noun: "Call", unit: "minutes" },
  {
    startsWith: ["calls-outbound", "pstnconnectivity-outbound"],
    threat: "toll-fraud",
    noun: "Outbound call",
    unit: "minutes",
  },
  { startsWith: ["calls-client"], threat: "toll-fraud", noun: "Voice SDK call", unit: "minutes" },
  { startsWith: ["calls-sip"], threat: "toll-fraud", noun: "SIP call", unit: "minutes" },
  { startsWith: ["calls-sip-inbound"], threat: "inbound-call-pumping", noun: "Inbound SIP call", unit: "minutes" },
  { startsWith: ["calls-sip-outbound"], threat: "toll-fraud", noun: "Outbound SIP call", unit: "minutes" },
  {
    startsWith: ["trunking-termination", "trunking-emergency"],
    threat: "toll-fraud",
    noun: "Outbound trunk call",
    unit: "minutes",
  },
  { startsWith: ["calls-inbound"], threat: "inbound-call-pumping", noun: "Inbound call", unit: "minutes" },
  { startsWith: ["calls-inbound-tollfree"], threat: "inbound-call-pumping", noun: "Toll-free call", unit: "minutes" },
  {
    startsWith: ["trunking-origination"],
    threat: "inbound-call-pumping",
    noun: "Inbound trunk call",
    unit: "minutes",
  },
  {
    startsWith: ["sms", "mms", "channels", "failed-message-processing"],
    threat: "messaging-pumping",
    noun: "Message",
    unit: null,
  },
  { startsWith: ["sms-outbound"], threat: "messaging-pumping", noun: "Outbound SMS", unit: null },
  { startsWith: ["mms-outbound"], threat: "messaging-pumping", noun: "Outbound MMS", unit: null },
  { startsWith: ["channels-whatsapp"], threat: "messaging-pumping", noun: "WhatsApp message", unit: null },
  { startsWith: ["verify", "authy"], threat: "verify-pumping", noun: "Verification", unit: null },
  {
    startsWith: ["lookups", "carrier-lookups", "calleridlookups", "number-format-lookups", "fraud-lookups"],
    threat: "lookup-abuse",
    noun: "Number look-up",
    unit: null,
  },
  {
    startsWith: ["enhanced-line-type-lookups", "sim-swap-lookups", "identity-match"],
    threat: "lookup-abuse",
    noun: "Number look-up",
    unit: null,
  },
];

/** The only category that catches everything; it is money whatever the trigger counts. */
export const TOTAL = "totalprice";

export function meaningOf(category: string): CategoryMeaning {
  if (category === TOTAL) {
    const spend = "Total spend";
    return { threat: "spend-spike", isFraudProne: true, spend, count: spend, usage: spend };
  }
  const family = familyOf(category);
  if (family === undefined) {
    const of = (what: string) => `${what} of ${category}`;
    return {
      threat: usageSpike(category),
      isFraudProne: false,
      spend: `Spend on ${category}`,
      count: of("The count"),
      usage: of("Usage"),
    };
  }
  const { threat, noun, unit } = family;
  const plural = /[SM]S$/.test(noun) ? noun : `${noun}s`;
  return {
    threat,
    isFraudProne: true,
    spend: `${noun} spend`,
    count: plural,
    usage: unit === null ? plural : `${noun} ${unit}`,
  };
}

/** Whose log says where the traffic of a category goes. */
export function mediumOf(category: string): "calls" | "messages" {
  return ["messaging-pumping", "verify-pumping"].includes(meaningOf(category).threat) ? "messages" : "calls";
}

/** Billed for being there, used or not: numbers, short codes, storage, registrations, support. */
export function isStandingFee(category: string): boolean {
  return /^(phonenumbers|shortcodes|a2p|marketplace|support)(-|$)|(storage|registration|registrations|fees?)$/.test(
    category,
  );
}

function familyOf(category: string): Family | undefined {
  let found: Family | undefined;
  let length = 0;
  for (const family of FAMILIES) {
    for (const beginning of family.startsWith) {
      const matches = category === beginning || category.startsWith(`${beginning}-`);
      if (matches && beginning.length > length) {
        found = family;
        length = beginning.length;
      }
    }
  }
  return found;
}
