import type { ChangeSignal } from "../signal/contract.ts";

/** What a change of access is about. Those of one group say one thing, however many there are. */
export type AccessGroup =
  | "token"
  | "keys"
  | "tripwires"
  | "people"
  | "protection"
  | "payment"
  | "sip"
  | "numbers"
  | "code"
  | "exfiltration"
  | "geo";

/**
 * When it is an alert by itself: `always`, also from an address that is known; `unless-known`: people make keys from their office, and
 * nobody's night should end for that, but beside anything else it counts; only from a `foreign` one; or `never`: it changes
 * nothing yet (somebody signed in at home), or another rule speaks of it (an opened country), and bears out the rest.
 */
export type Speaks = "always" | "unless-known" | "foreign" | "never";

export interface AccessChange {
  readonly group: AccessGroup;
  /** How much it speaks for a takeover: see `account-takeover.ts`. */
  readonly weight: number;
  readonly speaks: Speaks;
  /** A clause: `an API key was created`. */
  readonly says: string;
}

interface Meaning extends AccessChange {
  /** The whole type, or its beginning when it ends with a dot. */
  readonly types: readonly string[];
}

const MEANINGS: readonly Meaning[] = [
  meaning("token", 4, "the auth token was replaced", ["account-auth-token.promoted"]),
  meaning("token", 3, "a second auth token was made", [
    "account-auth-token.secondary-created",
    "account-auth-token.created",
  ]),
  meaning("token", 2, "the auth tokens were changed", ["account-auth-token."]),
  everyday("keys", 2, "an API key was created", [
    "account-api-keys.created",
    "account-keys.created",
    "account-credentials.created",
  ]),
  everyday("keys", 2, "an API key was deleted", [
    "account-api-keys.deleted",
    "account-keys.deleted",
    "account-credentials.deleted",
  ]),
  everyday("keys", 2, "an API key was changed", ["account-api-keys.", "account-keys.", "account-credentials."]),
  // Attackers make us blind first. Event Streams' names are not in Twilio's list of types, so both spellings are known.
  meaning("tripwires", 3, "a usage trigger was deleted", ["usage-trigger.deleted"]),
  meaning("tripwires", 3, "a sink of Event Streams was deleted", [
    "sink.deleted",
    "subscription.deleted",
    "event-streams-sink.deleted",
    "event-streams-subscription.deleted",
  ]),
  meaning("tripwires", 3, "the porting webhook was removed", ["porting-webhook.deleted"]),
  quiet("tripwires", 1, "a usage trigger was changed", ["usage-trigger.updated"]),
  quiet("people", 1, "a user was added or changed", ["user.", "user-invitation."]),
  supporting("people", 1, "somebody signed in", ["user-session.created"]),
  quiet("people", 1, "a password or a sign-in rule was changed", ["user-password.", "security-settings."]),
  quiet("protection", 2, "a protection against fraud was changed", [
    "verify-fraud-guard.",
    "verify-fraud-guard-mode.",
    "verify-geo-permissions-sms.",
    "verify-geo-permissions-voice.",
    "messaging-settings.",
  ]),
  quiet("payment", 1, "a payment method was changed", ["payment-method.", "recharge-trigger."]),
  quiet("sip", 1, "SIP access was changed", [
    "sip-credential-list.",
    "sip-domain.",
    "sip-ip-access-control-list.",
    "ip-access-control-list.",
    "ip-record.",
    "trunk.",
    "byoc-trunk.",
    "connection-policy.",
  ]),
  quiet("numbers", 1, "a phone number was given away", ["phone-number.deleted", "shortcode.deleted"]),
  quiet("numbers", 1, "a caller ID or sender was added", ["caller-id.created", "sender-id.created"]),
  quiet("code", 1, "an application was added or changed", [
    "application.",
    "flow.",
    "authorized-connect-app.",
    "connect-app.",
  ]),
  quiet("exfiltration", 1, "records were downloaded in bulk", ["bulkexports.downloaded"]),
  supporting("geo", 1, "a country was opened", ["voice-geographic-permissions.", "sms-geographic-permissions."]),
];

/** What the change means for who holds the account; undefined when it means nothing. Types: https://www.twilio.com/docs/usage/monitor-events */
export function accessChange(change: ChangeSignal): AccessChange | undefined {
  const found = MEANINGS.find(({ types }) =>
    types.some((type) => (type.endsWith(".") ? change.type.startsWith(type) : change.type === type)),
  );
  // What opened countries lead to is `permission-then-traffic`'s matter; here they bear out the rest.
  return found?.group === "geo" && change.isOpening !== true ? undefined : found;
}

function meaning(group: AccessGroup, weight: number, says: string, types: readonly string[]): Meaning {
  return { group, weight, says, types, speaks: "always" };
}

function everyday(group: AccessGroup, weight: number, says: string, types: readonly string[]): Meaning {
  return { group, weight, says, types, speaks: "unless-known" };
}

function quiet(group: AccessGroup, weight: number, says: string, types: readonly string[]): Meaning {
  return { group, weight, says, types, speaks: "foreign" };
}

function supporting(group: AccessGroup, weight: number, says: string, types: readonly string[]): Meaning {
  return { group, weight, says, types, speaks: "never" };
}
