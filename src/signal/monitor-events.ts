import { z } from "zod";
import type { AccountSid } from "../lib/id.ts";
import type { ChangeSignal, ReceivedSignal } from "./contract.ts";
import { changedCountries } from "./geo-change.ts";
import { moment, word } from "./record.ts";

/**
 * Beginnings of the types that matter for fraud. What customers' programs do thousands of times a day (deleting messages, fetching
 * recordings) is left out: each change is looked at for a day.
 * https://www.twilio.com/docs/usage/monitor-events#event-types
 */
const WATCHED_CHANGES: readonly string[] = [
  // Who may act for the account.
  "account.",
  "account-auth-token.",
  "account-api-keys.",
  "account-keys.",
  "account-credentials.",
  "authorized-connect-app.",
  "connect-app.",
  // Where its traffic may go.
  "voice-geographic-permissions.",
  "sms-geographic-permissions.",
  "verify-geo-permissions-sms.",
  "verify-geo-permissions-voice.",
  "verify-fraud-guard.",
  "verify-fraud-guard-mode.",
  "messaging-settings.",
  // People.
  "user.",
  "user-invitation.",
  "user-password.",
  "user-session.",
  "security-settings.",
  // Tripwires and money.
  "usage-trigger.",
  "recharge-trigger.",
  "payment-method.",
  "payment.",
  // Numbers.
  "phone-number.",
  "caller-id.",
  "sender-id.",
  "shortcode.",
  // What answers calls and messages.
  "application.",
  "flow.",
  // SIP.
  "sip-domain.",
  "sip-credential-list.",
  "sip-ip-access-control-list.",
  "ip-access-control-list.",
  "ip-record.",
  "trunk.",
  "byoc-trunk.",
  "connection-policy.",
  // What leaves.
  "bulkexports.",
];

const EventRecord = z.object({
  sid: z.string().regex(/^AE[0-9a-fA-F]{32}$/),
  eventType: z.string().regex(/^[a-z0-9._-]{1,100}$/),
  eventDate: moment,
  actorSid: word,
  actorType: word,
  resourceSid: word,
  source: word,
  sourceIpAddress: word,
  eventData: z.unknown(),
});

/**
 * A record of Monitor Events, read as the account itself: its events are all its own. Null when it is not one that we watch, or
 * makes no sense. The same event read twice has the same key. https://www.twilio.com/docs/usage/monitor-events
 */
export function changeOf(record: unknown, accountSid: AccountSid, readAtMs: number): ReceivedSignal | null {
  const parsed = EventRecord.safeParse(record);
  if (!parsed.success) return null;
  const event = parsed.data;
  if (!WATCHED_CHANGES.some((beginning) => event.eventType.startsWith(beginning))) return null;
  const { countries, isOpening } = event.eventType.includes("geo")
    ? changedCountries(event.eventData)
    : { countries: [], isOpening: null };
  const signal: ChangeSignal = {
    kind: "change",
    accountSid,
    atMs: Math.min(event.eventDate ?? readAtMs, readAtMs),
    eventSid: event.sid,
    type: event.eventType,
    actorSid: event.actorSid,
    actorType: event.actorType,
    resourceSid: event.resourceSid,
    source: event.source ?? "unknown",
    address: event.sourceIpAddress,
    countries,
    isOpening,
  };
  return { sourceKey: `monitor-event:${event.sid}`, signal };
}
