import type { DetectionSettings } from "../../detection/contract.ts";
import type { AccountSid } from "../../lib/id.ts";
import type { IncidentIndex, TwilioRecords } from "../ports.ts";

export interface TrafficParts {
  readonly records: Pick<TwilioRecords, "calls" | "messages" | "attempts">;
  readonly incidents: Pick<IncidentIndex, "unresolvedOf">;
  readonly settings: (accountSid: AccountSid) => DetectionSettings;
}

/** A call or message stands in the log a moment after it began. */
const SETTLED_AFTER_MS = 5_000;

/**
 * What is read now: what began after `sinceMs` and up to `upToMs`. Whole seconds: Twilio's times have no parts of one, so that what
 * began within it would be missed or counted twice.
 */
export function windowOf(readUpToMs: number, nowMs: number): { readonly sinceMs: number; readonly upToMs: number } {
  const sinceMs = wholeSecond(Math.min(readUpToMs, nowMs));
  return { sinceMs, upToMs: Math.max(sinceMs, wholeSecond(nowMs - SETTLED_AFTER_MS)) };
}

export function wholeSecond(atMs: number): number {
  return Math.floor(atMs / 1_000) * 1_000;
}

/** People look at this account now: nothing of it is idle. */
export async function hasIncident(incidents: TrafficParts["incidents"], accountSid: AccountSid): Promise<boolean> {
  return (await incidents.unresolvedOf(accountSid)).length > 0;
}
