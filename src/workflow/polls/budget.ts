import type { AccountSid } from "../../lib/id.ts";
import { type Poll, type PollId, pollKey } from "./contract.ts";

/** Reads under way at a time, of the eight that the lane works on: the rest is for what people wait for, pictures and learning. */
const READS_AT_A_TIME = 5;
/** Until it is known, and never less: a read costs us time as well, when Twilio answers at once. */
const USUAL_READ_S = 0.25;
const SHORTEST_READ_S = 0.15;
/** One slow answer says little. */
const WEIGHT_OF_ONE_READ = 0.02;
/** So much longer the rounds of what is quiet may get before those of what is busy get longer too. */
const MOST_FOR_QUIET = 4;
/** People are told of what was not read for half an hour, which must be trouble: while busy accounts need not wait, none is that late. */
const LONGEST_FOR_QUIET_MS = 20 * 60_000;
/** Each other period is another rhythm, in which the next read may come soon after this one: seldom, and in steps. */
const PLANNED_EVERY_MS = 5 * 60_000;
const STEPS = 4;

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
  let plan: Plan = { busy: 1, quiet: 1 };
  let plannedAtMs = Number.NEGATIVE_INFINITY;

  const readS = (poll: PollId): number => Math.max(SHORTEST_READ_S, usualS.get(poll) ?? USUAL_READ_S);

  /** Reads under way at a time if each came in its own period. */
  function demandOf(accounts: readonly AccountSid[]): { readonly busy: number; readonly quiet: number } {
    const known = new Map<string, Noted>();
    const demand = { busy: 0, quiet: 0 };
    for (const { id, idlePeriodMs } of polls) {
      for (const sid of accounts) {
        const key = pollKey(id, sid);
        const one = noted.get(key);
        if (one !== undefined) known.set(key, one);
        demand[one?.isQuiet === false ? "busy" : "quiet"] += (readS(id) * 1_000) / (one?.periodMs ?? idlePeriodMs);
      }
    }
    // Those that are closed are forgotten.
    noted = known;
    return demand;
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
      const roundMs = periodMs * (isQuiet ? plan.quiet : plan.busy);
      return plan.busy > 1 ? roundMs : Math.max(periodMs, Math.min(LONGEST_FOR_QUIET_MS, roundMs));
    },

    roundMs: (accounts) => (polls.reduce((sum, { id }) => sum + readS(id), 0) * accounts * 1_000) / READS_AT_A_TIME,
  };
}

interface Plan {
  /** Times the period. */
  readonly busy: number;
  readonly quiet: number;
}

function planFor({ busy, quiet }: { readonly busy: number; readonly quiet: number }): Plan {
  if (busy + quiet <= READS_AT_A_TIME) return { busy: 1, quiet: 1 };
  const forQuiet = quiet / (READS_AT_A_TIME - busy);
  if (busy < READS_AT_A_TIME && forQuiet <= MOST_FOR_QUIET) return { busy: 1, quiet: inSteps(forQuiet) };
  const forAll = (busy + quiet / MOST_FOR_QUIET) / READS_AT_A_TIME;
  return { busy: inSteps(forAll), quiet: inSteps(forAll * MOST_FOR_QUIET) };
}

function inSteps(times: number): number {
  return Math.ceil(times * STEPS) / STEPS;
}
