import { conversionsOf } from "../../signal/conversions.ts";
import type { Poll } from "./contract.ts";
import { hasIncident, type TrafficParts } from "./traffic-parts.ts";
import { isInUse, loadUsageMemory } from "./usage-memory.ts";

const MINUTE_MS = 60_000;
/** People type a code some minutes after it was sent: a shorter time would show all of the newest attempts as failed. */
const WINDOW_MS = 60 * MINUTE_MS;

/** How many of the last hour's one-time codes were used: Verify's own summary, only where Verify is used. */
export function createConversionsPoll({ records, polls, incidents }: TrafficParts): Poll {
  return {
    id: "conversions",
    periodMs: 5 * MINUTE_MS,
    idlePeriodMs: 15 * MINUTE_MS,
    firstLookBackMs: 0,
    needsOwnCredentials: true,
    async read({ sid }, _state, nowMs) {
      const usage = await loadUsageMemory(polls, sid);
      // Never used: an incident is no reason to ask a product that is not there.
      const isUsed =
        isInUse(usage, "verify", nowMs) || (usage.grewAtMs.verify !== null && (await hasIncident(incidents, sid)));
      if (!isUsed) return { received: [], upToMs: nowMs, memory: null, isIdle: true };
      const sinceMs = nowMs - WINDOW_MS;
      const { summary, attempts } = await records.attempts(sid, sinceMs);
      const received = conversionsOf(summary, attempts, { accountSid: sid, sinceMs, readAtMs: nowMs });
      return { received, upToMs: nowMs, memory: null };
    },
  };
}
