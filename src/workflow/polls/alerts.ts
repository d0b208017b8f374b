import { z } from "zod";
import type { Json } from "../../audit/envelope.ts";
import type { ReceivedSignal } from "../../signal/contract.ts";
import { errorOf, worstOfOld } from "../../signal/monitor-alerts.ts";
import type { TwilioRecords } from "../ports.ts";
import type { Poll } from "./contract.ts";
import { readOn } from "./range.ts";

const MINUTE_MS = 60_000;
const OVERLAP_MS = 15 * MINUTE_MS;
/** https://www.twilio.com/docs/usage/monitor-alert: at most so many an answer, and nothing that is older. */
const MOST_ALERTS = 10_000;
const KEPT_MS = 30 * 24 * 60 * MINUTE_MS;
/** Times that are remembered, to be compared with what the debugger webhook said. */
const REMEMBERED = 20;

/** Errors and warnings: Monitor Alerts. Catches up on what the debugger webhook could not deliver; the same error has the same key. */
export function createAlertsPoll({ records }: { readonly records: Pick<TwilioRecords, "alerts"> }): Poll {
  return {
    id: "alerts",
    periodMs: 2 * MINUTE_MS,
    idlePeriodMs: 2 * MINUTE_MS,
    firstLookBackMs: 60 * MINUTE_MS,
    needsOwnCredentials: true,
    async read({ sid }, state, { nowMs }) {
      const limits = { nowMs, keptMs: KEPT_MS, overlapMs: OVERLAP_MS, most: MOST_ALERTS };
      const { rows, upToMs, isCut } = await readOn(state, limits, (range) => records.alerts(sid, range, MOST_ALERTS));
      const errors = rows.map((row) => errorOf(row, sid, nowMs)).filter((one) => one !== null);
      return { received: worstOfOld(errors, nowMs), upToMs, isCut, memory: remembered(state.memory, errors) };
    },
  };
}

const Times = z.object({ newestAtMs: z.array(z.number()) });

/** When the newest errors happened, newest first. */
export function errorTimes(memory: Json | undefined): readonly number[] {
  return Times.safeParse(memory).data?.newestAtMs ?? [];
}

/** Errors alone: of lower levels the webhook does not tell all. */
function remembered(memory: Json, errors: readonly ReceivedSignal[]): Json {
  const times = new Set(errorTimes(memory));
  for (const { signal } of errors) if (signal.kind === "error" && signal.level === "error") times.add(signal.atMs);
  return { newestAtMs: [...times].sort((one, other) => other - one).slice(0, REMEMBERED) };
}
