import { changeOf } from "../../signal/monitor-events.ts";
import type { TwilioRecords } from "../ports.ts";
import type { Poll } from "./contract.ts";
import { readOn } from "./range.ts";

const MINUTE_MS = 60_000;
/** How late an event may appear is not documented. What is read again has the same key, and counts once. */
const OVERLAP_MS = 15 * MINUTE_MS;
const MOST_EVENTS = 5_000;
/** https://www.twilio.com/docs/usage/monitor-events#retention */
const KEPT_MS = 30 * 24 * 60 * MINUTE_MS;

/** Who changed what: Monitor Events, which only the account itself can see. */
export function createEventsPoll({ records }: { readonly records: Pick<TwilioRecords, "events"> }): Poll {
  return {
    id: "events",
    periodMs: MINUTE_MS,
    idlePeriodMs: MINUTE_MS,
    firstLookBackMs: 60 * MINUTE_MS,
    needsOwnCredentials: true,
    async read({ sid }, state, { nowMs }) {
      const limits = { nowMs, keptMs: KEPT_MS, overlapMs: OVERLAP_MS, most: MOST_EVENTS };
      const { rows, upToMs, isCut } = await readOn(state, limits, (range) => records.events(sid, range, MOST_EVENTS));
      const received = rows.map((row) => changeOf(row, sid, nowMs)).filter((one) => one !== null);
      return { received, upToMs, isCut, memory: null };
    },
  };
}
