import { z } from "zod";
import type { AccountSid } from "../../lib/id.ts";
import type { ReceivedSignal } from "../../signal/contract.ts";
import { firedAt } from "../../signal/fired-triggers.ts";
import type { PollStore, SignalStore, TwilioRecords } from "../ports.ts";
import { errorTimes } from "./alerts.ts";
import { callsMemoryOf } from "./calls.ts";
import type { Poll } from "./contract.ts";
import { quietSources } from "./quiet.ts";
import { grewWithin, usageMemoryIn } from "./usage-memory.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PERIOD_MS = 10 * MINUTE_MS;
/** So many periods between two looks: we were not here in between. */
const BREAK_PERIODS = 3;

const Memory = z.object({ hereSinceMs: z.number(), lookedAtMs: z.number() });

/** Looks at the sources themselves: which of them say nothing although their account has traffic. */
export function createSourcesPoll(
  others: readonly Poll[],
  parts: {
    readonly polls: Pick<PollStore, "lastHeard">;
    readonly records: Pick<TwilioRecords, "triggers">;
    readonly signals: Pick<SignalStore, "bucketsSince">;
  },
): Poll {
  const { polls, records, signals } = parts;

  /** A subscription to errors alone never tells of calls: only one that did, shortly before it fell silent, is missed. */
  async function hasToldOfCalls(sid: AccountSid, quietSinceMs: number): Promise<boolean> {
    const buckets = await signals.bucketsSince(sid, quietSinceMs - HOUR_MS);
    return buckets.some(({ last }) => last.kind === "call");
  }

  return {
    id: "sources",
    periodMs: PERIOD_MS,
    idlePeriodMs: PERIOD_MS,
    firstLookBackMs: 0,
    needsOwnCredentials: false,
    async read({ sid }, { memory }, { nowMs, others: states, pacedMs }) {
      const known = Memory.safeParse(memory).data;
      const gapMs = known === undefined ? Number.POSITIVE_INFINITY : nowMs - known.lookedAtMs;
      // A clock that was set back is a break, too.
      const hereSinceMs =
        known === undefined || gapMs < 0 || gapMs > BREAK_PERIODS * pacedMs(PERIOD_MS) ? nowMs : known.hereSinceMs;
      const hasTraffic = grewWithin(usageMemoryIn(states), HOUR_MS, nowMs);
      const firings = hasTraffic ? (await records.triggers(sid)).map(firedAt).filter((atMs) => atMs !== null) : [];
      const quiet = quietSources({
        nowMs,
        hereSinceMs,
        hasTraffic,
        polls: others.flatMap(({ id, idlePeriodMs }) => {
          const state = states.get(id);
          // One that comes seldom because there are many accounts is not quiet.
          return state === undefined ? [] : [{ ...state, id, periodMs: pacedMs(idlePeriodMs) }];
        }),
        lastHeardMs: await polls.lastHeard(sid),
        happened: {
          errors: errorTimes(states.get("alerts")?.memory),
          apiCalls: callsMemoryOf(states.get("calls")?.memory).newestApiCallsAtMs,
          firings,
        },
      });
      const events = quiet.find(({ source }) => source === "events");
      const isOther = events !== undefined && !(await hasToldOfCalls(sid, events.sinceMs));
      const sure = isOther ? quiet.filter((one) => one !== events) : quiet;
      return {
        received: sure.map(({ source, sinceMs }) => told(sid, source, sinceMs, nowMs)),
        upToMs: nowMs,
        memory: { hereSinceMs, lookedAtMs: nowMs },
      };
    },
  };
}

/** Again at each look, while it lasts. */
function told(accountSid: AccountSid, source: string, quietSinceMs: number, nowMs: number): ReceivedSignal {
  return {
    sourceKey: `quiet:${accountSid}:${source}:${Math.floor(nowMs / PERIOD_MS)}`,
    signal: { kind: "quiet-source", accountSid, atMs: nowMs, source, quietSinceMs },
  };
}
