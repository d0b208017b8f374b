import type { AccountSid } from "../lib/id.ts";
import type { Threat } from "./contract.ts";

/** Account + threat: alerts with the same key belong to the same incident while it is open. */
export function dedupKey(accountSid: AccountSid, threat: Threat): string {
  return `${accountSid}.${threat}`;
}

const TITLES: Readonly<Record<string, string>> = {
  "toll-fraud": "Toll fraud suspected: outbound calls",
  "inbound-call-pumping": "Call pumping suspected: inbound calls",
  "messaging-pumping": "SMS pumping suspected: outbound messages",
  "verify-pumping": "SMS pumping suspected: one-time codes",
  "lookup-abuse": "Abuse suspected: number look-ups",
  "spend-spike": "Unusual spend on the whole account",
  "refused-credentials": "Credentials refused: stolen, revoked or rotated",
  "sip-attack": "SIP attack: calls from strangers are being refused",
  "failing-webhooks": "Webhooks of ours fail: down, or taken over",
  "blocked-destinations": "Traffic to blocked countries is being refused",
  "reported-by-person": "Reported by a person",
};

/** What somebody saw that Twilio did not report. */
export const REPORTED_BY_PERSON: Threat = "reported-by-person";

/** Those that Twilio's signals can tell, e.g. to be silent about before they come. Spikes and errors of other kinds have names of their own. */
export const KNOWN_THREATS: readonly Threat[] = Object.keys(TITLES).filter((threat) => threat !== REPORTED_BY_PERSON);

const USAGE_SPIKE = "usage-spike-";
const ERRORS = "errors-";

/** A spike of a category that has no threat of its own. */
export function usageSpike(category: string): Threat {
  return `${USAGE_SPIKE}${category}`;
}

/** Many errors of a code that belongs to no known threat. */
export function errorsOfCode(code: string): Threat {
  return `${ERRORS}${code}`;
}

/** The heading of an incident. Threats of an older or newer version read as their own name. */
export function threatTitle(threat: Threat): string {
  if (threat.startsWith(USAGE_SPIKE)) return `Unusual usage: ${threat.slice(USAGE_SPIKE.length)}`;
  if (threat.startsWith(ERRORS)) return `Many errors of one kind: ${threat.slice(ERRORS.length)}`;
  return TITLES[threat] ?? threat;
}
