import type { Severity, Threat } from "./contract.ts";
import { errorsOfCode } from "./threats.ts";

/** Errors that tell the same story, and how many of them within five minutes are a burst. */
export interface ErrorGroup {
  readonly threat: Threat;
  /** Errors within five minutes from which it is an alert. */
  readonly warningFrom: number;
  /** Errors within five minutes from which it is critical; null: never. */
  readonly criticalFrom: number | null;
  /** Follows the number: `API requests with refused credentials`. */
  readonly noun: string;
  /** What it may mean, for somebody who was just woken up: the end of the sentence. Null when the noun says all. */
  readonly meaning: string | null;
  /** Usage category whose money and destinations tell more; null when none does. */
  readonly category: string | null;
}

type Group = ErrorGroup & { readonly codes: readonly string[] };

const GROUPS: readonly Group[] = [
  {
    threat: "refused-credentials",
    codes: ["20003"],
    warningFrom: 5,
    criticalFrom: 25,
    noun: "API requests with refused credentials",
    meaning: "somebody uses a wrong or revoked token or key, or the token was rotated under us",
    category: null,
  },
  {
    threat: "sip-attack",
    // Source address not allowed, wrong user or password, number blocked.
    codes: ["32201", "32202", "32203"],
    warningFrom: 5,
    criticalFrom: 50,
    noun: "refused SIP calls",
    meaning: "somebody probes the SIP domains for a way in",
    category: "calls-sip",
  },
  {
    threat: "failing-webhooks",
    codes: ["11200"],
    warningFrom: 10,
    criticalFrom: 100,
    noun: "failed requests to our own webhooks",
    meaning: "the server behind them is down, or its address was changed or taken over",
    category: null,
  },
  {
    threat: "blocked-destinations",
    // Who can place these calls holds valid credentials: the geo permissions are the last door, hence critical at once.
    // <Dial>, REST call, SIP trunk and message to a place that the geo permissions close.
    codes: ["13227", "21215", "32205", "21408"],
    warningFrom: 5,
    criticalFrom: 5,
    noun: "calls or messages to blocked countries",
    meaning: "geo permissions stop them, but whoever sends them can use this account",
    category: "calls-outbound",
  },
];

/** The rest comes in every size on a healthy day: only a crowd of one kind is worth a look. */
const OTHER_FROM = 20;

/** What the codes mean: https://www.twilio.com/docs/api/errors */
const CODES: Readonly<Record<string, string>> = {
  "11200": "HTTP retrieval failure",
  "13214": "Dial: invalid caller ID",
  "13223": "Dial: invalid phone number format",
  "13224": "Dial: number not supported",
  "13225": "Dial: forbidden number",
  "13227": "Dial: no geo permission",
  "20003": "Credentials refused",
  "21215": "Call: no geo permission",
  "21216": "Call: destination blocked by Twilio",
  "21408": "Message: no geo permission",
  "30002": "Message: account suspended",
  "30003": "Message: handset unreachable",
  "30005": "Message: handset unknown",
  "30006": "Message: landline or unreachable carrier",
  "30007": "Message: filtered by the carrier",
  "30450": "Message: stopped by SMS Pumping Protection",
  "30453": "Message: stopped by SMS Pumping Protection",
  "32201": "SIP: source address not allowed",
  "32202": "SIP: wrong user or password",
  "32203": "SIP: number blocked",
  "32205": "SIP trunk: no geo permission",
  "32216": "SIP: address on a deny list",
  "60212": "Verify: too many for one number",
  "60238": "Verify: blocked by Twilio",
  "60410": "Verify: prefix blocked by Fraud Guard",
  "60605": "Verify: no geo permission",
};

/** `Error 32202 (SIP: wrong user or password)`. */
export function errorLabel(code: string): string {
  const name = CODES[code];
  return name === undefined ? `Error ${code}` : `Error ${code} (${name})`;
}

export function groupOf(code: string): ErrorGroup {
  return (
    GROUPS.find((group) => group.codes.includes(code)) ?? {
      threat: errorsOfCode(code),
      warningFrom: OTHER_FROM,
      criticalFrom: null,
      noun: `times ${errorLabel(code)}`,
      meaning: null,
      category: null,
    }
  );
}

/** Undefined while there are too few of them. */
export function severityOfBurst(group: ErrorGroup, count: number): Severity | undefined {
  if (group.criticalFrom !== null && count >= group.criticalFrom) return "critical";
  return count >= group.warningFrom ? "warning" : undefined;
}
