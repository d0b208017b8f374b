import { z } from "zod";
import type { Json } from "../audit/envelope.ts";
import type { Clock } from "../lib/clock.ts";
import { type Fault, isFault } from "../lib/fault.ts";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { AccountFacts } from "../remediation/contract.ts";
import { done, type JobHandler, type JobResult, later } from "./job.ts";
import { createBudget } from "./polls/budget.ts";
import { ACCOUNTS, type Poll, type PollAnswer, pollKey } from "./polls/contract.ts";
import { backOffMs, nextSlotMs, spreadMs } from "./polls/pace.ts";
import { hasIncident, type TrafficParts } from "./polls/traffic-parts.ts";
import type { FollowUp, Outbox, PollFollowUp, PollRead, PollState, PollStore, TwilioRecords } from "./ports.ts";
import { atOnce } from "./wishes.ts";

interface Parts {
  readonly polls: readonly Poll[];
  readonly records: Pick<TwilioRecords, "accounts">;
  readonly states: Pick<PollStore, "load" | "save" | "progress" | "forget">;
  readonly incidents: TrafficParts["incidents"];
  readonly outbox: Pick<Outbox, "addMissing">;
  /** What follows from a read stands in the outbox by then. */
  readonly hurry: (followUps: readonly FollowUp[]) => void;
  readonly parentSid: AccountSid;
  readonly firstRound?: FirstRound | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_FOR_ACCOUNTS_EVERY_MS = 60_000;
/** Asking with credentials that are refused is an error in the customer's own Debugger, so seldom. */
const ASK_AGAIN_AFTER_REFUSAL_MS = 15 * 60_000;
/** There is more than fitted into one read. */
const GO_ON_AFTER_MS = 1_000;
/** Whoever waits for the same limit does not come back in the same moment. */
const SPREAD_AFTER_WAIT_MS = 10_000;
const MINUTE_MS = 60_000;
/** Accounts are first learned about, and their tripwires first looked at, one after the other. */
const FIRST_TASKS_EVERY_MS = 1_000;
/**
 * With very many, the places that reads leave free in the lane are three, and learning holds one for up to ten seconds: it asks for
 * eight weeks of each category that an account used.
 */
const VERY_MANY_ACCOUNTS = 100;
const FIRST_TASKS_OF_VERY_MANY_EVERY_MS = 3_000;

/** Of accounts that were just found. */
export interface FirstRound {
  /** Longer where there are too many accounts for it. */
  readonly readsWithinMs: number;
  /** Before the first of them is learned about, and its tripwires looked at. */
  readonly tasksAfterMs: number;
}

/** Whoever just started Tollgate waits for other things, and what happens meanwhile is told by webhooks. */
const FIRST_ROUND: FirstRound = { readsWithinMs: 60_000, tasksAfterMs: 35_000 };

/**
 * Asks Twilio's records of one account what is new, and comes back for more. The outbox is the clock: what is waited for survives
 * a restart, and a poll that failed stands there with a later time.
 *
 * - key `accounts`: which accounts there are; each gets its polls, its learning and its upkeep
 * - key `<poll>.<account SID>`: one read. What it found, what follows from it and how far it got are saved together, so that a crash
 *   loses none of them, and two at once (somebody hurries it while it is read anyway) count it once.
 */
export function createPoll(parts: Parts): JobHandler {
  const { records, states, outbox, clock, parentSid, firstRound = FIRST_ROUND } = parts;
  const budget = createBudget(parts.polls);
  /** Until when nobody may ask with the credentials of this account. A hint: who does not know of it is told by Twilio. */
  const waitUntilMs = new Map<AccountSid, number>();

  async function lookForAccounts(): Promise<JobResult> {
    const nowMs = clock.now();
    const accounts = await records.accounts();
    const known = new Set((await states.progress()).map(({ accountSid }) => accountSid));
    // Only what is missing is added, so that the time counts for accounts that are new, and these wait for each other alone.
    const fresh = accounts.filter(({ sid }) => !known.has(sid)).length;
    await outbox.addMissing(
      accounts.flatMap((account) => tasksOf(account.sid, fresh, nowMs)),
      nowMs,
    );
    const there = new Set(accounts.map(({ sid }) => sid));
    for (const sid of known) if (!there.has(sid)) await states.forget(sid);
    return later(nowMs + LOOK_FOR_ACCOUNTS_EVERY_MS);
  }

  /** `fresh`: so many accounts are new. */
  function tasksOf(sid: AccountSid, fresh: number, nowMs: number): readonly FollowUp[] {
    const readsWithinMs = Math.max(firstRound.readsWithinMs, budget.roundMs(fresh));
    const tasksEveryMs = fresh > VERY_MANY_ACCOUNTS ? FIRST_TASKS_OF_VERY_MANY_EVERY_MS : FIRST_TASKS_EVERY_MS;
    const tasksAtMs = nowMs + firstRound.tasksAfterMs + spreadMs(sid, fresh * tasksEveryMs);
    return [
      ...parts.polls.map((poll): FollowUp => {
        const key = pollKey(poll.id, sid);
        return { job: "poll", key, dueAtMs: nowMs + spreadMs(key, readsWithinMs) };
      }),
      { job: "learn", key: sid, dueAtMs: tasksAtMs },
      { job: "upkeep", key: sid, dueAtMs: tasksAtMs },
    ];
  }

  async function pollAccount(poll: Poll, sid: AccountSid): Promise<JobResult> {
    const nowMs = clock.now();
    const startedAtMs = performance.now();
    const key = pollKey(poll.id, sid);
    const accounts = await accountsNow();
    // The job that looks for accounts tells of it: this one would say the same for each of them.
    if (accounts === null) return later(nowMs + LOOK_FOR_ACCOUNTS_EVERY_MS + spreadMs(key, SPREAD_AFTER_WAIT_MS));
    const account = accounts.find((one) => one.sid === sid);
    // Closed: nothing can be read of it ever again.
    if (account === undefined) return done;
    const credentials = poll.needsOwnCredentials ? sid : parentSid;
    const untilMs = waitUntilMs.get(credentials);
    if (untilMs !== undefined && untilMs > nowMs) return later(untilMs + spreadMs(key, SPREAD_AFTER_WAIT_MS));

    const all = await states.load(sid);
    const before = all.get(poll.id) ?? null;
    const state = before ?? beginning(poll, nowMs);
    const sids = accounts.map((one) => one.sid);
    const pacedMs = (periodMs: number, isQuiet: boolean): number => budget.pacedMs(periodMs, isQuiet, sids, nowMs);
    const next = async (periodMs: number, isQuiet: boolean): Promise<JobResult> => {
      const roundMs = pacedMs(periodMs, isQuiet);
      // People look at it: it waits for no other account.
      const isFirst = roundMs > periodMs && (await hasIncident(parts.incidents, sid));
      return later(nextSlotMs(key, isFirst ? periodMs : roundMs, nowMs));
    };
    if (poll.needsOwnCredentials && account.status !== "active") {
      if (state.paused !== "suspended") {
        parts.log.info({ accountSid: sid, name: poll.id }, "a poll waits: this account is suspended");
        await states.save(poll.id, sid, nothingFound(before, { ...state, paused: "suspended", failures: 0 }, nowMs));
      }
      return next(poll.periodMs, true);
    }
    const told = poll.isOnceAMinute === true ? Told.safeParse(state.memory).data : undefined;
    if (told !== undefined && minuteOf(told.toldAtMs) === minuteOf(nowMs)) {
      return later((minuteOf(nowMs) + 1) * MINUTE_MS + spreadMs(key, SPREAD_AFTER_WAIT_MS));
    }
    let answer: PollAnswer;
    try {
      answer = await poll.read(account, state, { nowMs, others: all, pacedMs: (periodMs) => pacedMs(periodMs, true) });
    } catch (error) {
      if (!isFault(error)) throw error;
      const waitMs = await failed(poll, sid, before, state, error);
      // No sooner than one that works: a host that hangs must not hold the places of all others.
      const periodMs = Math.max(waitMs, poll.periodMs);
      budget.note(poll.id, sid, { tookS: secondsSince(startedAtMs), periodMs, isQuiet: true });
      return later(nowMs + pacedMs(periodMs, true));
    }
    if (answer.isCut === true) {
      const count = answer.received.length;
      parts.log.warn(
        { accountSid: sid, name: poll.id, count },
        "more happened at once than Twilio lists: some is not seen",
      );
    }
    const fresh = await keep(poll, sid, before, answer, nowMs);
    // Somebody else read on from there at the same moment, perhaps before that happened for which this read was hurried.
    if (fresh === null) return later(nowMs + GO_ON_AFTER_MS);
    const isQuiet = fresh.length === 0;
    const periodMs = answer.isIdle === true ? poll.idlePeriodMs : poll.periodMs;
    budget.note(poll.id, sid, { tookS: secondsSince(startedAtMs), periodMs, isQuiet });
    if (answer.upToMs < nowMs - LOOK_FOR_ACCOUNTS_EVERY_MS) return later(nowMs + GO_ON_AFTER_MS);
    return next(periodMs, isQuiet);
  }

  async function accountsNow(): Promise<readonly AccountFacts[] | null> {
    try {
      return await records.accounts();
    } catch (error) {
      if (isFault(error)) return null;
      throw error;
    }
  }

  /** Answers the accounts that got something new; null, and nothing is kept, when somebody else has read on meanwhile. */
  async function keep(
    poll: Poll,
    sid: AccountSid,
    before: PollState | null,
    { upToMs, received, memory, hours = [], hurry = [] }: PollAnswer,
    nowMs: number,
  ): Promise<readonly AccountSid[] | null> {
    const remembered = poll.isOnceAMinute === true && received.length > 0 ? withTold(memory, nowMs) : memory;
    const after: PollState = { upToMs, okAtMs: nowMs, failures: 0, paused: null, memory: remembered };
    // Whoever removes a tripwire goes on at once: it is put back as soon as it is heard of, not tomorrow.
    const tripwireGone = received.some(
      ({ signal }) => signal.kind === "change" && signal.type === "usage-trigger.deleted",
    );
    const told = new Set(received.map(({ signal }) => signal.accountSid));
    const followUps: readonly PollFollowUp[] = [
      ...[...told].map((accountSid) => ({ ...atOnce("detect", accountSid), ifNewOf: accountSid })),
      ...(tripwireGone ? [{ ...atOnce("upkeep", sid), ifNewOf: sid }] : []),
      ...hurry.map((id) => atOnce("poll", pollKey(id, sid))),
    ];
    const fresh = await states.save(poll.id, sid, { before, after, received, hours, followUps, atMs: nowMs });
    if (fresh !== null) {
      parts.hurry(followUps.filter(({ ifNewOf }) => ifNewOf === undefined || fresh.includes(ifNewOf)));
    }
    return fresh;
  }

  /** Answers how long to wait. */
  async function failed(
    poll: Poll,
    sid: AccountSid,
    before: PollState | null,
    state: PollState,
    fault: Fault,
  ): Promise<number> {
    const nowMs = clock.now();
    const failures = state.failures + 1;
    const isRefused = poll.needsOwnCredentials && fault.kind === "unauthorised";
    const waitMs = isRefused ? ASK_AGAIN_AFTER_REFUSAL_MS : backOffMs(failures, fault.retryAfterMs);
    parts.log.warn(
      { accountSid: sid, name: poll.id, kind: fault.kind, code: fault.code, count: failures, ms: waitMs },
      "a poll did not work, will come again",
    );
    const after: PollState = { ...state, failures, paused: isRefused ? "refused" : null };
    await states.save(poll.id, sid, nothingFound(before, after, nowMs));
    if (isRefused || fault.kind === "rate-limited") {
      waitUntilMs.set(poll.needsOwnCredentials ? sid : parentSid, nowMs + waitMs);
    }
    return waitMs;
  }

  return async (key) => {
    if (key === ACCOUNTS) return lookForAccounts();
    const [id, sid = ""] = key.split(".", 2);
    const poll = parts.polls.find((one) => one.id === id);
    // Of another version, or nonsense.
    if (poll === undefined || !isAccountSid(sid)) return done;
    return pollAccount(poll, sid);
  };
}

/** Kept beside what the poll itself remembers. One that told nothing may look again at once: then nothing passes for a repeat. */
const Told = z.object({ toldAtMs: z.number() });

function withTold(memory: Json, toldAtMs: number): Json {
  return typeof memory === "object" && memory !== null && !Array.isArray(memory)
    ? { ...memory, toldAtMs }
    : { toldAtMs };
}

function secondsSince(startedAtMs: number): number {
  return (performance.now() - startedAtMs) / 1_000;
}

function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

function beginning(poll: Poll, nowMs: number): PollState {
  return { upToMs: nowMs - poll.firstLookBackMs, okAtMs: null, failures: 0, paused: null, memory: null };
}

function nothingFound(before: PollState | null, after: PollState, atMs: number): PollRead {
  return { before, after, received: [], hours: [], followUps: [], atMs };
}
