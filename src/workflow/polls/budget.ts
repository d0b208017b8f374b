import type { AccountSid } from "../../lib/id.ts";
import { JOBS_AT_A_TIME } from "../job.ts";
import { type Poll, type PollId, pollKey } from "./contract.ts";

/** The rest of what the lane works on is for what people wait for, pictures and learning. */
const READS_AT_A_TIME = JOBS_AT_A_TIME - 3;
/** Until it is known, and never less: a read costs us time as well, when Twilio answers at once. */
const USUAL_READ_S = 0.25;
const SHORTEST_READ_S = 0.15;
/** One slow answer says little. */
const WEIGHT_OF_ONE_READ = 0.02;
/** So much longer the rounds of what is quiet may get before those of what is busy get longer too. */
const MOST_FOR_QUIET = 4;
/**
 * People are told of what was not read for half an hour, which must be trouble and not our own plan. What comes seldom keeps within
 * this, and what comes often makes room for it, up to so many times its period: with more accounts than that, it is trouble.
 */
const LONGEST_FOR_QUIET_MS = 20 * 60_000;
const MOST_WITHIN_LONGEST = 16;
/** Each other period is another rhythm, in which the next read may come soon after this one: seldom, and in steps. */
const PLANNED_EVERY_MS = 5 * 60_000;
const STEPS = 4;
/** There is no more to be planned, whatever is asked for. */
const MOST_TIMES = 1_000;

export interface Budget {
  /** What a read took, and in what period it comes again when there is time for it. Quiet: it told nothing new. */
  note(
    poll: PollId,
    sid: AccountSid,
    read: { readonly tookS: number; readonly periodMs: number; readonly isQuiet: boolean },
  ): void;
  /** The time between two reads: the period itself while there is time for all of them. */
  pacedMs(periodMs: number, isQuiet: boolean, accounts: readonly AccountSid[], nowMs: number): number;
  /** How long it takes to read everything once. */
  roundMs(accounts: number): number;
}

interface Noted {
  readonly periodMs: number;
  readonly isQuiet: boolean;
}

/**
 * One budget over all polls of all accounts: together they may not ask for more than the lane can do, or they would fall behind
 * ever more, and what people wait for would stand behind them. Where there is too much, quiet accounts are read less often, and
 * then busy ones too. What it knows it learns from the reads of this process, so each of several makes a plan of its own.
 */
export function createBudget(polls: readonly Poll[]): Budget {
  const usualS = new Map<PollId, number>();
  let noted = new Map<string, Noted>();
  let plan: Plan = { busy: 1, quiet: 1, longestQuietMs: LONGEST_FOR_QUIET_MS };
  let plannedAtMs = Number.NEGATIVE_INFINITY;

  const readS = (poll: PollId): number => Math.max(SHORTEST_READ_S, usualS.get(poll) ?? USUAL_READ_S);

  function demandOf(accounts: readonly AccountSid[]): Demand {
    const known = new Map<string, Noted>();
    const quiet = new Map<number, number>();
    let busy = 0;
    for (const { id, idlePeriodMs } of polls) {
      for (const sid of accounts) {
        const key = pollKey(id, sid);
        const one = noted.get(key);
        if (one !== undefined) known.set(key, one);
        const periodMs = one?.periodMs ?? idlePeriodMs;
        const reads = (readS(id) * 1_000) / periodMs;
        if (one?.isQuiet === false) busy += reads;
        else quiet.set(periodMs, (quiet.get(periodMs) ?? 0) + reads);
      }
    }
    // Those that are closed are forgotten.
    noted = known;
    return { busy, quiet };
  }

  return {
    note(poll, sid, { tookS, periodMs, isQuiet }) {
      const before = usualS.get(poll) ?? USUAL_READ_S;
      usualS.set(poll, before + WEIGHT_OF_ONE_READ * (tookS - before));
      noted.set(pollKey(poll, sid), { periodMs, isQuiet });
    },

    pacedMs(periodMs, isQuiet, accounts, nowMs) {
      // A clock that was set back must not hold this up, hence the absolute value.
      if (Math.abs(nowMs - plannedAtMs) >= PLANNED_EVERY_MS) {
        plan = planFor(demandOf(accounts));
        plannedAtMs = nowMs;
      }
      return isQuiet ? quietRoundMs(periodMs, plan) : periodMs * plan.busy;
    },

    roundMs: (accounts) => (polls.reduce((sum, { id }) => sum + readS(id), 0) * accounts * 1_000) / READS_AT_A_TIME,
  };
}

/** Reads under way at a time if each came in its own period. */
interface Demand {
  readonly busy: number;
  /** By period. */
  readonly quiet: ReadonlyMap<number, number>;
}

interface Plan {
  /** Times the period. */
  readonly busy: number;
  readonly quiet: number;
  /** Infinite where there is too much for any limit. */
  readonly longestQuietMs: number;
}

/** The quickest rounds that the lane can do. */
function planFor(demand: Demand): Plan {
  const slowest = planOf(MOST_WITHIN_LONGEST, LONGEST_FOR_QUIET_MS);
  // A limit for what is quiet must not be at the cost of what is busy.
  const isWithin = demand.busy < READS_AT_A_TIME && readsOf(demand, slowest) <= READS_AT_A_TIME;
  const longestQuietMs = isWithin ? LONGEST_FOR_QUIET_MS : Number.POSITIVE_INFINITY;
  let times = 1;
  while (times < MOST_TIMES && readsOf(demand, planOf(times, longestQuietMs)) > READS_AT_A_TIME) times += 1 / STEPS;
  return planOf(times, longestQuietMs);
}

function planOf(quietTimes: number, longestQuietMs: number): Plan {
  return { busy: Math.max(1, inSteps(quietTimes / MOST_FOR_QUIET)), quiet: quietTimes, longestQuietMs };
}

function readsOf({ busy, quiet }: Demand, plan: Plan): number {
  const ofQuiet = [...quiet].map(([periodMs, reads]) => (reads * periodMs) / quietRoundMs(periodMs, plan));
  return busy / plan.busy + ofQuiet.reduce((sum, reads) => sum + reads, 0);
}

function quietRoundMs(periodMs: number, { quiet, longestQuietMs }: Plan): number {
  return Math.max(periodMs, Math.min(longestQuietMs, periodMs * quiet));
}

function inSteps(times: number): number {
  return Math.ceil(times * STEPS) / STEPS;
}
