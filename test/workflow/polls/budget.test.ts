import { expect, test } from "vitest";
import type { AccountSid } from "../../../src/lib/id.ts";
import { JOBS_AT_A_TIME } from "../../../src/workflow/job.ts";
import { createBudget } from "../../../src/workflow/polls/budget.ts";
import type { Poll, PollId } from "../../../src/workflow/polls/contract.ts";

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
/** People, pictures and learning have the rest of the lane. */
const MOST_READS_AT_A_TIME = JOBS_AT_A_TIME - 2;

function poll(id: PollId, minutes: number, idleMinutes: number): Poll {
  const read = () => Promise.reject(new Error("nobody reads here"));
  const periods = { periodMs: minutes * MINUTE, idlePeriodMs: idleMinutes * MINUTE };
  return { id, ...periods, firstLookBackMs: 0, needsOwnCredentials: false, read };
}

const polls = [poll("usage", 1, 2), poll("events", 1, 1), poll("calls", 1, 5), poll("conversions", 5, 15)];

function accounts(count: number): readonly AccountSid[] {
  return Array.from({ length: count }, (_, index) => `AC${index.toString(16).padStart(32, "0")}` as AccountSid);
}

/** What all of them together come to, when so many are busy and each read takes so long. */
function play(count: number, busy: number, tookS: number) {
  const budget = createBudget(polls);
  const sids = accounts(count);
  const isQuiet = (index: number) => index >= busy;
  const periodOf = ({ periodMs, idlePeriodMs }: Poll, index: number) => (isQuiet(index) ? idlePeriodMs : periodMs);
  for (const one of polls) {
    for (const [index, sid] of sids.entries())
      budget.note(one.id, sid, { tookS, periodMs: periodOf(one, index), isQuiet: isQuiet(index) });
  }
  const paced = (one: Poll, index: number) => budget.pacedMs(periodOf(one, index), isQuiet(index), sids, NOW);
  const atATime = polls.reduce(
    (sum, one) => sum + sids.reduce((ofOne, _sid, index) => ofOne + (tookS * 1_000) / paced(one, index), 0),
    0,
  );
  return {
    atATime,
    paced: (id: PollId, index: number) => paced(polls.find((one) => one.id === id) ?? poll(id, 1, 1), index),
  };
}

test("few accounts keep each poll's own period, also when Twilio is slow", () => {
  const { paced } = play(25, 25, 1);
  expect([paced("usage", 0), paced("conversions", 0)]).toEqual([MINUTE, 5 * MINUTE]);
});

test("five hundred accounts ask for no more than the lane can do, however long a read takes", () => {
  for (const tookS of [0.15, 0.4, 1, 2]) {
    for (const busy of [0, 50, 250, 500]) {
      expect(play(500, busy, tookS).atATime).toBeLessThanOrEqual(MOST_READS_AT_A_TIME);
    }
  }
});

test("quiet accounts make room before a busy one waits longer, up to four times their period", () => {
  const some = play(500, 20, 0.4);
  expect(some.paced("usage", 0)).toBe(MINUTE);
  expect(some.paced("usage", 499)).toBeGreaterThan(2 * MINUTE);
  const many = play(500, 400, 0.4);
  expect(many.paced("usage", 0)).toBeGreaterThan(MINUTE);
  expect(many.paced("events", 499) / many.paced("events", 0)).toBeCloseTo(4, 0);
});

test("no round of thousands of quiet accounts is half an hour long, of which people are told, unless there are far too many", () => {
  const some = play(1_000, 0, 0.3);
  expect(some.paced("usage", 0)).toBeGreaterThan(2 * MINUTE);
  expect(some.paced("conversions", 0)).toBe(20 * MINUTE);
  const many = play(3_000, 0, 0.25);
  expect(many.paced("conversions", 0)).toBe(20 * MINUTE);
  expect(many.paced("usage", 0)).toBeLessThan(20 * MINUTE);
  expect(many.atATime).toBeLessThanOrEqual(MOST_READS_AT_A_TIME);
  const far = play(5_000, 0, 1);
  expect(far.paced("conversions", 0)).toBeGreaterThan(30 * MINUTE);
});

test("a plan holds for some minutes, so that accounts keep their places", () => {
  const budget = createBudget(polls);
  const sids = accounts(1_000);
  const first = budget.pacedMs(MINUTE, true, sids, NOW);
  for (const sid of sids) budget.note("usage", sid, { tookS: 3, periodMs: MINUTE, isQuiet: false });
  expect(budget.pacedMs(MINUTE, true, sids, NOW + 4 * MINUTE)).toBe(first);
  expect(budget.pacedMs(MINUTE, true, sids, NOW + 6 * MINUTE)).toBeGreaterThan(first);
});
