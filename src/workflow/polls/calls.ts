import { z } from "zod";
import type { Json } from "../../audit/envelope.ts";
import { countryOf } from "../../signal/country.ts";
import { callTraffic, isSilent, type LoggedCall, loggedCall, trafficKey } from "../../signal/traffic.ts";
import type { Poll } from "./contract.ts";
import { hasIncident, type TrafficParts, windowOf } from "./traffic-parts.ts";
import { isInUse, usageMemoryIn } from "./usage-memory.ts";

const MINUTE_MS = 60_000;
const MOST_CALLS = 5_000;
const REMEMBERED = 20;

/**
 * Where calls go, how many are up, and for how long. An account that makes none is still looked at now and then: a call is billed
 * when it is over, so that long ones are in no usage record while they cost.
 */
export function createCallsPoll({ records, incidents, settings }: TrafficParts): Poll {
  return {
    id: "calls",
    periodMs: MINUTE_MS,
    idlePeriodMs: 5 * MINUTE_MS,
    firstLookBackMs: 15 * MINUTE_MS,
    needsOwnCredentials: false,
    isOnceAMinute: true,
    async read({ sid }, { upToMs: before, memory }, { nowMs, others }) {
      const { wasSilent, newestApiCallsAtMs } = callsMemoryOf(memory);
      const { sinceMs, upToMs } = windowOf(before, nowMs);
      const rows = await records.calls(sid, sinceMs, MOST_CALLS);
      const isCut = rows.length >= MOST_CALLS;
      const calls = rows.map(loggedCall).filter((one) => one !== null);
      const signal = callTraffic(calls, settings(sid).longCallMinutes, {
        accountSid: sid,
        sinceMs,
        upToMs,
        readAtMs: nowMs,
        countryOf,
        isCut,
      });
      const silent = isSilent(signal);
      const isBusy = !silent || isInUse(usageMemoryIn(others), "calls", nowMs);
      return {
        // That it is over is told once.
        received: silent && wasSilent ? [] : [{ sourceKey: trafficKey(signal), signal }],
        upToMs,
        isCut,
        memory: { wasSilent: silent, newestApiCallsAtMs: remembered(newestApiCallsAtMs, calls) },
        isIdle: !isBusy && !(await hasIncident(incidents, sid)),
      };
    },
  };
}

const Memory = z.object({ wasSilent: z.boolean(), newestApiCallsAtMs: z.array(z.number()) });

/** `newestApiCallsAtMs`: when the newest calls by API began, newest first: Event Streams must have told them. */
export function callsMemoryOf(memory: Json | undefined): z.infer<typeof Memory> {
  return Memory.safeParse(memory).data ?? { wasSilent: true, newestApiCallsAtMs: [] };
}

function remembered(known: readonly number[], calls: readonly LoggedCall[]): number[] {
  const times = new Set(known);
  for (const { direction, startedAtMs } of calls) {
    if (direction === "outbound-api" && startedAtMs !== null) times.add(startedAtMs);
  }
  return [...times].sort((one, other) => other - one).slice(0, REMEMBERED);
}
