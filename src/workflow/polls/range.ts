import type { PollState, TimeRange } from "../ports.ts";

/** Twilio's times have no parts of a second. */
const SMALLEST_MS = 1_000;
/** A shorter overlap is not worth a read. */
const SHORTEST_OVERLAP_MS = 60_000;

interface Whole<Row> {
  readonly rows: readonly Row[];
  readonly upToMs: number;
  /** Even the smallest span holds more than one answer: some of it was not read, and never will be. */
  readonly isCut: boolean;
}

type Read<Row> = (range: TimeRange) => Promise<readonly Row[]>;

/**
 * Reads from `fromMs` on as much as one answer holds: the whole time up to `toMs`, else half of it, and so on. What did not fit comes
 * with the next read. A list that is as long as it may be was cut; which end was cut off, Twilio does not say.
 */
export async function readWhole<Row>({ fromMs, toMs }: TimeRange, most: number, read: Read<Row>): Promise<Whole<Row>> {
  let upToMs = toMs;
  for (;;) {
    const rows = await read({ fromMs, toMs: upToMs });
    const spanMs = upToMs - fromMs;
    const isCut = rows.length >= most;
    if (!isCut || spanMs <= SMALLEST_MS) return { rows, upToMs, isCut };
    upToMs = fromMs + Math.max(SMALLEST_MS, Math.floor(spanMs / 2));
  }
}

/**
 * Reads on from where the last read ended, and gets further each time, however much there is: what came late within `overlapMs`
 * before it is read again only where that fits into the same answer, and not while there is more than one read can hold.
 */
export async function readOn<Row>(
  { upToMs: before, okAtMs }: Pick<PollState, "upToMs" | "okAtMs">,
  { nowMs, keptMs, overlapMs, most }: Readonly<Record<"nowMs" | "keptMs" | "overlapMs" | "most", number>>,
  read: Read<Row>,
): Promise<Whole<Row>> {
  const fromMs = Math.max(Math.min(before, nowMs), nowMs - keptMs);
  // Where the last read did not get as far as its own present, this one is the rest of it. After a pause of ours it is not.
  const isRest = okAtMs !== null && before < okAtMs;
  for (let againMs = isRest ? 0 : overlapMs; againMs >= SHORTEST_OVERLAP_MS; againMs /= 2) {
    const rows = await read({ fromMs: Math.max(fromMs - againMs, nowMs - keptMs), toMs: nowMs });
    if (rows.length < most) return { rows, upToMs: nowMs, isCut: false };
  }
  return readWhole({ fromMs, toMs: nowMs }, most, read);
}
