import { z } from "zod";
import type { Json } from "../audit/envelope.ts";
import type { Clock } from "../lib/clock.ts";
import { type Fault, isFault } from "../lib/fault.ts";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { AccountFacts } from "../remediation/contract.ts";
import { done, type JobHandler, type JobResult, later } from "./job.ts";
import { ACCOUNTS, type Poll, type PollAnswer, pollKey } from "./polls/contract.ts";
import { backOffMs, nextSlotMs, pacedMs, spreadMs } from "./polls/pace.ts";
import type { BaselineStore, FollowUp, Outbox, PollState, PollStore, SignalStore, TwilioRecords } from "./ports.ts";
import { atOnce } from "./wishes.ts";

interface Parts {
  readonly polls: readonly Poll[];
  readonly records: Pick<TwilioRecords, "accounts">;
  readonly states: Pick<PollStore, "load" | "save" | "progress" | "forget">;
  readonly signals: Pick<SignalStore, "keep">;
  readonly baselines: Pick<BaselineStore, "addHour">;
  readonly outbox: Pick<Outbox, "addMissing">;
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly parentSid: AccountSid;
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_FOR_ACCOUNTS_EVERY_MS = 60_000;
/** Asking with credentials that are refused is an error in the customer's own Debugger, so seldom. */
const ASK_AGAIN_AFTER_REFUSAL_MS = 15 * 60_000;
/** A catch-up of thousands must not hold up the commit of a webhook that came meanwhile. */
const KEPT_AT_ONCE = 500;
/** There is more than fitted into one read. */
const GO_ON_AFTER_MS = 1_000;
/** Whoever waits for the same limit does not come back in the same moment. */
const SPREAD_AFTER_WAIT_MS = 10_000;
const MINUTE_MS = 60_000;
/** Accounts are first learned about, and their tripwires first looked at, one after the other. */
const FIRST_TASKS_EVERY_MS = 500;
/** Also few accounts are not all read at once: whoever just started Tollgate waits for other things. */
const FIRST_READS_WITHIN_MS = 20_000;

/**
 * Asks Twilio's records of one account what is new, and comes back for more. The outbox is the clock: what is waited for survives
 * a restart, and a poll that failed stands there with a later time.
 *
 * - key `accounts`: which accounts there are; each gets its polls, its learning and its upkeep
 * - key `<poll>.<account SID>`: one read. Signals are durable before the state says that they were read, so that a crash in between
 *   reads them twice, and their keys make that harmless.
 */
export function createPoll(parts: Parts): JobHandler {
  const { records, states, outbox, clock, parentSid } = parts;
  /** Until when nobody may ask with the credentials of this account. A hint: who does not know of it is told by Twilio. */
  const waitUntilMs = new Map<AccountSid, number>();

  async function lookForAccounts(): Promise<JobResult> {
    const nowMs = clock.now();
    const accounts = await records.accounts();
    await outbox.addMissing(
      accounts.flatMap((account) => tasksOf(account.sid, accounts.length, nowMs)),
      nowMs,
    );
    const there = new Set(accounts.map(({ sid }) => sid));
    const gone = new Set(
      (await states.progress()).map(({ accountSid }) => accountSid).filter((sid) => !there.has(sid)),
    );
    for (const sid of gone) await states.forget(sid);
    return later(nowMs + LOOK_FOR_ACCOUNTS_EVERY_MS);
  }

  function tasksOf(sid: AccountSid, accounts: number, nowMs: number): readonly FollowUp[] {
    const tasksMs = accounts * FIRST_TASKS_EVERY_MS;
    return [
      ...parts.polls.map((poll): FollowUp => {
        const key = pollKey(poll.id, sid);
        return { job: "poll", key, dueAtMs: nowMs + spreadMs(key, pacedMs(FIRST_READS_WITHIN_MS, accounts)) };
      }),
      { job: "learn", key: sid, dueAtMs: nowMs + spreadMs(sid, tasksMs) },
      { job: "upkeep", key: sid, dueAtMs: nowMs + spreadMs(sid, tasksMs) },
    ];
  }

  async function pollAccount(poll: Poll, sid: AccountSid): Promise<JobResult> {
    const nowMs = clock.now();
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

    const state = (await states.load(poll.id, sid)) ?? beginning(poll, nowMs);
    const next = (periodMs: number): JobResult => later(nextSlotMs(key, pacedMs(periodMs, accounts.length), nowMs));
    if (poll.needsOwnCredentials && account.status !== "active") {
      if (state.paused !== "suspended") {
        parts.log.info({ accountSid: sid, name: poll.id }, "a poll waits: this account is suspended");
        await states.save(poll.id, sid, { ...state, paused: "suspended", failures: 0 });
      }
      return next(poll.periodMs);
    }
    const told = poll.isOnceAMinute === true ? Told.safeParse(state.memory).data : undefined;
    if (told !== undefined && minuteOf(told.toldAtMs) === minuteOf(nowMs)) {
      return later((minuteOf(nowMs) + 1) * MINUTE_MS + spreadMs(key, SPREAD_AFTER_WAIT_MS));
    }
    let answer: PollAnswer;
    try {
      answer = await poll.read(account, state, nowMs);
    } catch (error) {
      if (!isFault(error)) throw error;
      return failed(poll, sid, state, error);
    }
    if (answer.isCut === true) {
      const count = answer.received.length;
      parts.log.warn(
        { accountSid: sid, name: poll.id, count },
        "more happened at once than Twilio lists: some is not seen",
      );
    }
    await keep(poll, account, answer, nowMs);
    if (answer.upToMs < nowMs - LOOK_FOR_ACCOUNTS_EVERY_MS) return later(nowMs + GO_ON_AFTER_MS);
    return next(answer.isIdle === true ? poll.idlePeriodMs : poll.periodMs);
  }

  async function accountsNow(): Promise<readonly AccountFacts[] | null> {
    try {
      return await records.accounts();
    } catch (error) {
      if (isFault(error)) return null;
      throw error;
    }
  }

  async function keep(poll: Poll, { sid }: AccountFacts, answer: PollAnswer, nowMs: number): Promise<void> {
    const fresh = new Set<AccountSid>();
    for (let start = 0; start < answer.received.length; start += KEPT_AT_ONCE) {
      const some = answer.received.slice(start, start + KEPT_AT_ONCE);
      for (const accountSid of await parts.signals.keep(some, nowMs)) fresh.add(accountSid);
    }
    const { upToMs } = answer;
    const memory = poll.isOnceAMinute && answer.received.length > 0 ? withTold(answer.memory, nowMs) : answer.memory;
    await states.save(poll.id, sid, { upToMs, okAtMs: nowMs, failures: 0, paused: null, memory });
    for (const { hour, amounts } of answer.hours ?? []) await parts.baselines.addHour(sid, hour, amounts);
    // Whoever removes a tripwire goes on at once: it is put back as soon as it is heard of, not tomorrow.
    const tripwireGone = answer.received.some(
      ({ signal }) => signal.kind === "change" && signal.type === "usage-trigger.deleted",
    );
    await parts.wish([
      ...[...fresh].map((accountSid) => atOnce("detect", accountSid)),
      ...(tripwireGone && fresh.has(sid) ? [atOnce("upkeep", sid)] : []),
      ...(answer.hurry ?? []).map((id) => atOnce("poll", pollKey(id, sid))),
    ]);
  }

  async function failed(poll: Poll, sid: AccountSid, state: PollState, fault: Fault): Promise<JobResult> {
    const nowMs = clock.now();
    const failures = state.failures + 1;
    const isRefused = poll.needsOwnCredentials && fault.kind === "unauthorised";
    const waitMs = isRefused ? ASK_AGAIN_AFTER_REFUSAL_MS : backOffMs(failures, fault.retryAfterMs);
    parts.log.warn(
      { accountSid: sid, name: poll.id, kind: fault.kind, code: fault.code, count: failures, ms: waitMs },
      "a poll did not work, will come again",
    );
    await states.save(poll.id, sid, { ...state, failures, paused: isRefused ? "refused" : null });
    if (isRefused || fault.kind === "rate-limited") {
      waitUntilMs.set(poll.needsOwnCredentials ? sid : parentSid, nowMs + waitMs);
    }
    return later(nowMs + waitMs);
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

function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

function beginning(poll: Poll, nowMs: number): PollState {
  return { upToMs: nowMs - poll.firstLookBackMs, okAtMs: null, failures: 0, paused: null, memory: null };
}
