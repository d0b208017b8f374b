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
  "permission-opened": "A country was opened, and not by Tollgate: traffic may follow",
  "account-takeover": "Account takeover suspected: access was changed, and not by Tollgate",
  "spend-spike": "Unusual spend on the whole account",
  "unused-product": "Unusual usage: of what this account never used",
  "dormant-account": "Unusual usage: on an account that was asleep",
  "refused-credentials": "Credentials refused: stolen, revoked or rotated",
  "sip-attack": "SIP attack: calls from strangers are being refused",
  "failing-webhooks": "Webhooks of ours fail: down, or taken over",
  "blocked-destinations": "Traffic to blocked countries is being refused",
  "ported-out": "A phone number left the account",
  "ingest-failing": "Tollgate hears too little: Twilio cannot deliver events",
  "quiet-source": "Tollgate hears too little: a source says nothing",
  "console-alarm": "Console alarm: many errors of any kind",
  "reported-by-person": "Reported by a person",
};

/** What somebody saw that Twilio did not report. */
export const REPORTED_BY_PERSON: Threat = "reported-by-person";

/** Those that Twilio's signals can tell, e.g. to be silent about before they come. Spikes and errors of other kinds have names of their own. */
export const KNOWN_THREATS: readonly Threat[] = Object.keys(TITLES).filter((threat) => threat !== REPORTED_BY_PERSON);

/** What comes before the fraud that it lets out. */
export const PERMISSION_OPENED: Threat = "permission-opened";

const USAGE_SPIKE = "usage-spike-";
const ERRORS = "errors-";

/** A spike of a category that has no threat of its own. */
export function usageSpike(category: string): Threat {
  return `${USAGE_SPIKE}${category}`;
}

export function isUsageSpike(threat: Threat): boolean {
  return threat.startsWith(USAGE_SPIKE);
}

/** Many errors of a code that belongs to no known threat. */
export function errorsOfCode(code: string): Threat {
  return `${ERRORS}${code}`;
}

/** Whether detection can conclude it: what policy speaks of must be something that there is. */
export function isThreat(text: string): boolean {
  return KNOWN_THREATS.includes(text) || /^usage-spike-[a-z0-9-]+$/.test(text) || /^errors-\d+$/.test(text);
}

/** The heading of an incident. Threats of an older or newer version read as their own name. */
export function threatTitle(threat: Threat): string {
  if (threat.startsWith(USAGE_SPIKE)) return `Unusual usage: ${threat.slice(USAGE_SPIKE.length)}`;
  if (threat.startsWith(ERRORS)) return `Many errors of one kind: ${threat.slice(ERRORS.length)}`;
  return TITLES[threat] ?? threat;
}
