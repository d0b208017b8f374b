/**
 * Usage categories that people ask for, for help with typing. Others are passed on to Twilio as they are.
 * https://www.twilio.com/docs/usage/api/usage-record#usage-categories
 */
export const KNOWN_CATEGORIES: readonly string[] = [
  "totalprice",
  "calls",
  "calls-inbound",
  "calls-inbound-local",
  "calls-inbound-tollfree",
  "calls-outbound",
  "calls-sip",
  "calls-sip-inbound",
  "calls-sip-outbound",
  "calls-client",
  "pstnconnectivity-outbound",
  "trunking-termination",
  "trunking-origination",
  "trunking-emergency-calls",
  "sms",
  "sms-inbound",
  "sms-outbound",
  "sms-outbound-longcode",
  "sms-outbound-shortcode",
  "sms-outbound-tollfree",
  "sms-messages-carrierfees",
  "sms-pumping-protection",
  "sms-pumping-risk",
  "mms",
  "mms-inbound",
  "mms-outbound",
  "channels-messaging-outbound",
  "channels-whatsapp",
  "failed-message-processing-fee",
  "fraud-lookups",
  "lookups",
  "carrier-lookups",
  "calleridlookups",
  "number-format-lookups",
  "enhanced-line-type-lookups",
  "sim-swap-lookups",
  "identity-match",
  "verify-voice-sms",
  "verify-package-plans",
  "verify-sna",
  "verify-push",
  "verify-totp",
  "verify-whatsapp-template-business-initiated",
  "authy-phone-verifications",
  "authy-sms-outbound",
  "authy-calls-outbound",
  "phonenumbers",
  "phonenumbers-setups",
  "recordings",
  "transcriptions",
];

/** The only category that counts everything once. */
export const TOTAL = "totalprice";

/** Twilio has hundreds of categories: one that we do not list still looks like one. */
export function looksLikeCategory(word: string): boolean {
  return KNOWN_CATEGORIES.includes(word) || /^[a-z0-9]+(-[a-z0-9]+)+$/.test(word);
}
