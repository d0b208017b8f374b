import { z } from "zod";
import { countryOf } from "../../signal/country.ts";
import { isSilent, loggedMessage, messageTraffic, trafficKey } from "../../signal/traffic.ts";
import type { Poll } from "./contract.ts";
import { hasIncident, type TrafficParts, windowOf } from "./traffic-parts.ts";
import { isInUse, unusedUntilMs, usageMemoryIn } from "./usage-memory.ts";

const MINUTE_MS = 60_000;
/** A message fails some time after it was sent. */
const FAILS_WITHIN_MS = 10 * MINUTE_MS;
const MOST_MESSAGES = 5_000;

const Memory = z.object({ wasSilent: z.boolean(), fromMs: z.number() });

/** Where messages go, and how many fail of what. Read only where usage says that messages are sent, or people look at the account. */
export function createMessagesPoll({ records, incidents }: TrafficParts): Poll {
  return {
    id: "messages",
    periodMs: MINUTE_MS,
    idlePeriodMs: 5 * MINUTE_MS,
    firstLookBackMs: 15 * MINUTE_MS,
    needsOwnCredentials: false,
    isOnceAMinute: true,
    async read({ sid }, { upToMs: before, memory }, { nowMs, others }) {
      const { wasSilent, fromMs } = Memory.safeParse(memory).data ?? { wasSilent: true, fromMs: before };
      const usage = usageMemoryIn(others);
      const isUsed = isInUse(usage, "messages", nowMs);
      if (!isUsed && !(await hasIncident(incidents, sid))) {
        // What usage will tell of is read then.
        const nextFromMs = Math.max(fromMs, unusedUntilMs(usage, nowMs));
        return { received: [], upToMs: nowMs, memory: { wasSilent, fromMs: nextFromMs }, isIdle: true };
      }
      const { sinceMs, upToMs } = windowOf(fromMs, nowMs);
      const rows = await records.messages(sid, sinceMs - FAILS_WITHIN_MS, MOST_MESSAGES);
      const isCut = rows.length >= MOST_MESSAGES;
      const messages = rows.map(loggedMessage).filter((one) => one !== null);
      const signal = messageTraffic(messages, { accountSid: sid, sinceMs, upToMs, readAtMs: nowMs, countryOf, isCut });
      const silent = isSilent(signal);
      return {
        received: silent && wasSilent ? [] : [{ sourceKey: trafficKey(signal), signal }],
        upToMs,
        isCut,
        memory: { wasSilent: silent, fromMs: upToMs },
      };
    },
  };
}
