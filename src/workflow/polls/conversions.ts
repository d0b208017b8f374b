import { z } from "zod";
import { conversionsOf } from "../../signal/conversions.ts";
import type { Poll } from "./contract.ts";
import { hasIncident, type TrafficParts, wholeSecond } from "./traffic-parts.ts";
import { isInUse, unusedUntilMs, usageMemoryIn } from "./usage-memory.ts";

const MINUTE_MS = 60_000;
/** People type a code some minutes after it was sent: younger attempts would all look as if they had failed. */
const TYPED_AFTER_MS = 5 * MINUTE_MS;
/**
 * For so long Event Streams repeat what we could not take, and what they tell late says nothing of codes (`detection/verify-pumping.ts`):
 * https://www.twilio.com/docs/events/event-delivery-and-limits
 */
const LONGEST_MS = 4 * 60 * MINUTE_MS;

const Memory = z.object({ fromMs: z.number() });

/** How many one-time codes were used, of those that were sent since the last reading: Verify's own summary, only where Verify is used. */
export function createConversionsPoll({ records, incidents }: TrafficParts): Poll {
  return {
    id: "conversions",
    periodMs: 5 * MINUTE_MS,
    idlePeriodMs: 15 * MINUTE_MS,
    firstLookBackMs: 15 * MINUTE_MS,
    needsOwnCredentials: true,
    isOnceAMinute: true,
    async read({ sid }, { upToMs: before, memory }, { nowMs, others }) {
      const fromMs = Memory.safeParse(memory).data?.fromMs ?? before;
      const usage = usageMemoryIn(others);
      // Never used: an incident is no reason to ask a product that is not there.
      const isUsed =
        isInUse(usage, "verify", nowMs) || (usage.grewAtMs.verify !== null && (await hasIncident(incidents, sid)));
      if (!isUsed) {
        // What usage will tell of is read then.
        const nextFromMs = Math.max(fromMs, unusedUntilMs(usage, nowMs));
        return { received: [], upToMs: nowMs, memory: { fromMs: nextFromMs }, isIdle: true };
      }
      const sinceMs = wholeSecond(Math.max(Math.min(fromMs, nowMs), nowMs - LONGEST_MS));
      const upToMs = wholeSecond(nowMs - TYPED_AFTER_MS);
      if (upToMs <= sinceMs) return { received: [], upToMs: nowMs, memory: { fromMs: sinceMs } };
      const { summary, attempts } = await records.attempts(sid, { fromMs: sinceMs, toMs: upToMs });
      const received = conversionsOf(summary, attempts, { accountSid: sid, sinceMs, readAtMs: nowMs });
      return { received, upToMs: nowMs, memory: { fromMs: upToMs } };
    },
  };
}
