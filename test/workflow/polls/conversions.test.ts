import { expect, test } from "vitest";
import { DEFAULT_DETECTION } from "../../../src/detection/settings.ts";
import { createConversionsPoll } from "../../../src/workflow/polls/conversions.ts";
import type { PollState, TimeRange } from "../../../src/workflow/ports.ts";
import { ACCOUNT } from "../../support/fixtures.ts";
import { NOON } from "../../support/signals.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const account = { sid: ACCOUNT, friendlyName: "Codes", status: "active", isParent: false } as const;

/** What is asked of Verify at noon, when it was last read up to then. */
async function askedAfter(awayMs: number): Promise<TimeRange | undefined> {
  const asked: TimeRange[] = [];
  const poll = createConversionsPoll({
    records: {
      calls: async () => [],
      messages: async () => [],
      attempts: async (_sid, range) => {
        asked.push(range);
        return { summary: { totalAttempts: 0, totalConverted: 0 }, attempts: [] };
      },
    },
    incidents: { unresolvedOf: async () => [] },
    settings: () => DEFAULT_DETECTION,
  });
  const state: PollState = { upToMs: NOON - awayMs, okAtMs: NOON - awayMs, failures: 0, paused: null, memory: null };
  const usage = { ...state, memory: { read: null, grewAtMs: { calls: null, messages: null, verify: NOON - MINUTE } } };
  const look = { nowMs: NOON, others: new Map([["usage", usage]]), pacedMs: (periodMs: number) => periodMs };
  await poll.read(account, { ...state, memory: { fromMs: NOON - awayMs } }, look);
  return asked[0];
}

test.each([
  ["ten minutes", 10 * MINUTE, 10 * MINUTE],
  ["two hours: all of it", 2 * HOUR, 2 * HOUR],
  ["a day: as far back as Twilio repeats what it could not post", 24 * HOUR, 4 * HOUR],
])("after %s, codes are read from the last reading on", async (_name, awayMs, readMs) => {
  expect(await askedAfter(awayMs)).toEqual({ fromMs: NOON - readMs, toMs: NOON - 5 * MINUTE });
});
