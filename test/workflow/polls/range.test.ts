import { expect, test } from "vitest";
import { readWhole } from "../../../src/workflow/polls/range.ts";

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

test("a minute that alone is too much is read as far as it goes", async () => {
  const { rows, upToMs } = await readWhole({ fromMs: 0, toMs: 60 * MINUTE }, 10, list(10).read);
  expect(rows).toHaveLength(10);
  expect(upToMs).toBe(MINUTE);
});
