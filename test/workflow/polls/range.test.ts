import { expect, test } from "vitest";
import { readOn, readWhole } from "../../../src/workflow/polls/range.ts";

const MINUTE = 60_000;

/** One thing every second from 0 on, of which an answer holds so many. */
function list(most: number, untilMs = 60 * MINUTE) {
  const ranges: number[] = [];
  return {
    ranges,
    read: async ({ fromMs, toMs }: { fromMs: number; toMs: number }) => {
      ranges.push(toMs - fromMs);
      const all = Array.from({ length: untilMs / 1_000 }, (_, index) => index * 1_000);
      return all.filter((atMs) => atMs >= fromMs && atMs <= toMs).slice(-most);
    },
  };
}

test("what fits into one answer is read at once", async () => {
  const { read, ranges } = list(5_000);
  expect(await readWhole({ fromMs: 0, toMs: 60 * MINUTE }, 5_000, read)).toMatchObject({ upToMs: 60 * MINUTE });
  expect(ranges).toEqual([60 * MINUTE]);
});

test("what does not is read in halves, from the oldest on, and nothing between two reads is missing", async () => {
  const seen = new Set<number>();
  let fromMs = 0;
  for (let reads = 0; fromMs < 60 * MINUTE && reads < 100; reads += 1) {
    const { rows, upToMs } = await readWhole({ fromMs, toMs: 60 * MINUTE }, 1_000, list(1_000).read);
    expect(upToMs).toBeGreaterThan(fromMs);
    for (const row of rows) seen.add(row);
    fromMs = upToMs;
  }
  expect(seen.size).toBe(3_600);
});

test("a second that alone is too much is read as far as it goes, and passed", async () => {
  const flood = async ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
    Array.from({ length: Math.min(10, toMs - fromMs) }, (_, index) => fromMs + index);
  const { rows, upToMs, isCut } = await readWhole({ fromMs: 0, toMs: 60 * MINUTE }, 10, flood);
  expect(rows).toHaveLength(10);
  expect([upToMs, isCut]).toEqual([1_000, true]);
});

test.each([6, 100])("%i a second for half an hour are read without a gap, and left behind", async (perSecond) => {
  const startMs = 40 * 24 * 60 * MINUTE;
  const endMs = startMs + 30 * MINUTE;
  const most = 5_000;
  let reads = 0;
  /** The newest first, as Twilio lists. */
  const read = async (range: { fromMs: number; toMs: number }) => {
    reads += 1;
    const rows: number[] = [];
    const toMs = Math.min(endMs, Math.floor(range.toMs / 1_000) * 1_000);
    for (let atMs = toMs; atMs >= Math.max(startMs, range.fromMs - 999) && rows.length < most; atMs -= 1_000) {
      for (let index = 0; index < perSecond && rows.length < most; index += 1) rows.push(atMs + index);
    }
    return rows;
  };
  const seen = new Set<number>();
  let nowMs = startMs;
  let state: { readonly upToMs: number; readonly okAtMs: number | null } = { upToMs: nowMs, okAtMs: null };
  for (let rounds = 0; rounds < 300 && state.upToMs < endMs + 20 * MINUTE; rounds += 1) {
    const limits = { nowMs, keptMs: 30 * 24 * 60 * MINUTE, overlapMs: 15 * MINUTE, most };
    const { rows, upToMs, isCut } = await readOn(state, limits, read);
    expect(isCut).toBe(false);
    if (rounds > 0) expect(upToMs).toBeGreaterThan(state.upToMs);
    for (const row of rows) seen.add(row);
    state = { upToMs, okAtMs: nowMs };
    nowMs += upToMs < nowMs - MINUTE ? 1_000 : MINUTE;
  }
  expect(state.upToMs).toBeGreaterThan(endMs);
  expect(seen.size).toBe((30 * 60 + 1) * perSecond);
  expect(reads).toBeLessThan(600);
});

test("after a pause of ours, what came late shortly before it is read again; the rest of a cut read is not", async () => {
  const limits = { nowMs: 60 * MINUTE, keptMs: 600 * MINUTE, overlapMs: 15 * MINUTE, most: 100_000 };
  const froms: number[] = [];
  const read = async ({ fromMs }: { fromMs: number }) => {
    froms.push(fromMs / MINUTE);
    return [];
  };
  await readOn({ upToMs: 30 * MINUTE, okAtMs: 30 * MINUTE }, limits, read);
  await readOn({ upToMs: 30 * MINUTE, okAtMs: 59 * MINUTE }, limits, read);
  expect(froms).toEqual([15, 30]);
});
