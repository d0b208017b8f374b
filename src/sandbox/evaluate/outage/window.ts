import type { Act, Crime } from "../attacks/contract.ts";

const MINUTE_MS = 60_000;
const OUTAGE_MS = 60 * MINUTE_MS;

/** When Tollgate is away. */
export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
  readonly covers: "middle" | "most" | "all";
}

/**
 * An hour in the middle of what happens; of what is shorter than the outage all but its first quarter, which is most of it.
 * `isUnseen`: all of it.
 */
export function outageOf(
  { startMs, endMs }: Pick<Crime, "startMs" | "endMs">,
  acts: Iterable<Act>,
  isUnseen: boolean,
): Outage {
  let lastMs = startMs;
  for (const { atMs } of acts) lastMs = atMs;
  // What goes on does so until its end, give or take the pause between two acts.
  const spanMs = lastMs > (startMs + endMs) / 2 ? endMs - startMs : lastMs - startMs;
  if (spanMs > OUTAGE_MS) return from(startMs + (spanMs - OUTAGE_MS) / 2, "middle");
  // A single act has no quarters.
  if (isUnseen || spanMs === 0) return from(startMs - MINUTE_MS, "all");
  return from(startMs + spanMs / 4, "most");
}

function from(atMs: number, covers: Outage["covers"]): Outage {
  const fromMs = Math.round(atMs / MINUTE_MS) * MINUTE_MS;
  return { fromMs, toMs: fromMs + OUTAGE_MS, covers };
}
