/** One usage category. A category with parts is their sum; `totalprice` is the sum of all the others without parts. */
export interface UsageCategory {
  readonly name: string;
  readonly description: string;
  readonly countUnit: string;
  readonly usageUnit: string;
  readonly parts?: readonly string[];
  /** Billed alike every day, weekends included. */
  readonly isSteady?: boolean;
}

function leaf(name: string, description: string, countUnit: string, usageUnit = countUnit): UsageCategory {
  return { name, description, countUnit, usageUnit };
}

const CALLS = ["calls", "minutes"] as const;

const LEAVES: readonly UsageCategory[] = [
  leaf("calls-outbound", "Outbound Voice Minutes", ...CALLS),
  leaf("calls-inbound-local", "Inbound Local Voice Minutes", ...CALLS),
  leaf("calls-inbound-tollfree", "Inbound Toll-Free Voice Minutes", ...CALLS),
  leaf("calls-sip-inbound", "SIP Inbound Minutes", ...CALLS),
  leaf("calls-sip-outbound", "SIP Outbound Minutes", ...CALLS),
  leaf("calls-client", "Voice SDK Minutes", ...CALLS),
  leaf("trunking-termination", "Trunking Termination Minutes", ...CALLS),
  leaf("trunking-origination", "Trunking Origination Minutes", ...CALLS),
  leaf("pstnconnectivity-outbound", "PSTN Connectivity Outbound Minutes", ...CALLS),
  leaf("sms-inbound", "Inbound SMS", "messages"),
  leaf("sms-outbound-longcode", "Outbound Long Code SMS", "messages"),
  leaf("sms-outbound-shortcode", "Outbound Short Code SMS", "messages"),
  leaf("sms-outbound-tollfree", "Outbound Toll-Free SMS", "messages"),
  leaf("sms-messages-carrierfees", "SMS Carrier Fees", "messages"),
  leaf("mms-outbound", "Outbound MMS", "messages"),
  leaf("channels-messaging-outbound", "Outbound Channels Messages", "messages"),
  leaf("channels-whatsapp", "WhatsApp Messages", "messages"),
  leaf("failed-message-processing-fee", "Failed Message Processing Fee", "messages"),
  leaf("sms-pumping-protection", "SMS Pumping Protection", "messages"),
  leaf("sms-pumping-risk", "SMS Pumping Risk Lookups", "lookups"),
  leaf("lookups", "Lookups", "lookups"),
  leaf("verify-package-plans", "Verify Successful Verifications", "verifications"),
  leaf("verify-voice-sms", "Verify Voice and SMS", "verifications"),
  leaf("verify-push", "Verify Push", "verifications"),
  leaf("recordings", "Recording Minutes", "recordings", "minutes"),
  leaf("transcriptions", "Transcription Minutes", "transcriptions", "minutes"),
  { ...leaf("phonenumbers", "Phone Numbers", "numbers"), isSteady: true },
];

function sum(
  name: string,
  description: string,
  parts: readonly string[],
  units: readonly [string, string],
): UsageCategory {
  return { name, description, parts, countUnit: units[0], usageUnit: units[1] };
}

const SMS_OUTBOUND = ["sms-outbound-longcode", "sms-outbound-shortcode", "sms-outbound-tollfree"];
const CALLS_INBOUND = ["calls-inbound-local", "calls-inbound-tollfree"];

const SUMS: readonly UsageCategory[] = [
  // SIP and Voice SDK calls are not in `calls`: https://www.twilio.com/docs/usage/api/usage-record
  sum("calls", "Voice Minutes", ["calls-outbound", ...CALLS_INBOUND], CALLS),
  sum("calls-inbound", "Inbound Voice Minutes", CALLS_INBOUND, CALLS),
  sum("calls-sip", "SIP Minutes", ["calls-sip-inbound", "calls-sip-outbound"], CALLS),
  sum("sms", "SMS", ["sms-inbound", ...SMS_OUTBOUND], ["messages", "messages"]),
  sum("sms-outbound", "Outbound SMS", SMS_OUTBOUND, ["messages", "messages"]),
  sum(
    "totalprice",
    "Total Price",
    LEAVES.map((category) => category.name),
    ["", "usd"],
  ),
];

export const usageCategories: ReadonlyMap<string, UsageCategory> = new Map(
  [...SUMS, ...LEAVES].map((category) => [category.name, category]),
);
