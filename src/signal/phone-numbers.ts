import { z } from "zod";
import type { AccountSid } from "../lib/id.ts";
import type { ReceivedSignal } from "./contract.ts";
import { e164 } from "./country.ts";
import { word } from "./record.ts";

/** A phone number that an account has. */
export interface HeldNumber {
  readonly number: string;
  /** `PN…`; the same when it moves to another account of ours. */
  readonly sid: string;
}

const NumberRecord = z.object({ sid: z.string().regex(/^PN[0-9a-fA-F]{32}$/), phoneNumber: word, origin: word });
const ReleaseRecord = z.object({ resourceSid: word, source: word, eventData: z.unknown().optional() });

/** The type of Monitor Event that tells of a number that somebody gave back. */
export const RELEASED = "phone-number.deleted";

/**
 * A record of IncomingPhoneNumbers. Null when it makes no sense, and of a hosted number: its carrier was another one all the time.
 * https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
 */
export function heldNumber(record: unknown): HeldNumber | null {
  const parsed = NumberRecord.safeParse(record);
  const number = parsed.success ? e164(parsed.data.phoneNumber) : null;
  return !parsed.success || number === null || parsed.data.origin === "hosted"
    ? null
    : { number, sid: parsed.data.sid };
}

/** Twilio's own systems: https://www.twilio.com/docs/usage/monitor-events#resource-properties */
const BY_TWILIO = "twilio";

/**
 * Whether a Monitor Event of the type above says that somebody gave this number back. That it names the SID is not documented, so the
 * number will do. What Twilio itself took off the list nobody gave back: a port may end so.
 */
export function isReleaseOf({ number, sid }: HeldNumber, record: unknown): boolean {
  const parsed = ReleaseRecord.safeParse(record);
  if (!parsed.success) return false;
  const { resourceSid, source, eventData } = parsed.data;
  if (source === BY_TWILIO) return false;
  return resourceSid === sid || (JSON.stringify(eventData) ?? "").includes(number);
}

/** It is gone, and nothing says why. The same disappearance has the same key. */
export function missingNumber(
  { number, sid }: HeldNumber,
  accountSid: AccountSid,
  lastSeenAtMs: number,
  readAtMs: number,
): ReceivedSignal {
  return {
    sourceKey: `missing-number:${accountSid}:${sid}:${lastSeenAtMs}`,
    signal: { kind: "ported-out", accountSid, atMs: readAtMs, number, lastSeenAtMs },
  };
}
