import type { DetectionSettings } from "../detection/contract.ts";
import type { Clock } from "../lib/clock.ts";
import { type FaultKind, isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { doorUrl } from "../setup/addresses.ts";
import { type Applied, addressesOf, isKept, readApplied, SETUP_LOCK } from "../setup/applied.ts";
import type { Hands } from "../setup/carry-out.ts";
import type { Tripwires } from "../setup/contract.ts";
import { createHistoryOf } from "../setup/history.ts";
import { type Mended, mend } from "../setup/mend.ts";
import { isMet } from "../setup/plan.ts";
import { createSurvey } from "../setup/survey.ts";
import { type Removed, readWatched, removedSince, toJson, type Watched, watchedOf } from "../setup/watched.ts";
import type { Executor } from "./execute.ts";
import { done, type JobHandler, type JobResult, later } from "./job.ts";
import { nextSlotMs } from "./polls/pace.ts";
import type { BaselineStore, FollowUp, SetupStore, SignalStore, Store, Todo, Twilio } from "./ports.ts";
import { recordChanges, recordFailures } from "./tripwire-records.ts";
import { createTellRemoved } from "./tripwires-removed.ts";

interface Parts {
  readonly setup: SetupStore;
  readonly baselines: Pick<BaselineStore, "load">;
  readonly signals: Pick<SignalStore, "keep" | "bucketsSince">;
  readonly withLock: Store["withLock"];
  readonly tripwires: Tripwires;
  readonly twilio: Pick<Twilio, "usage">;
  /** Where Tollgate is called now. */
  readonly publicUrl: string;
  readonly settingsOf: (accountSid: AccountSid) => DetectionSettings;
  readonly executor: Pick<Executor, "note">;
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const DAY_MS = 86_400_000;
/** A look that was this short a time ago need not be repeated: set-up itself, or yesterday's at a later hour. */
const RECENT_MS = 20 * 3_600_000;
/** Somebody may run set-up for the first time, or again. */
const NOT_YET_MS = 60 * 60_000;
/** Set-up, or the upkeep of another account, is at work. */
const BUSY_MS = 15_000;
/** Twilio could not do it just now, for the first time and from then on, unless it says when. */
const FIRST_RETRY_MS = 60_000;
const LATER_RETRY_MS = 5 * 60_000;
/** Each test event brings this job, so a sink that stays inactive is not tested again sooner. */
const TEST_AGAIN_MS = 60 * 60_000;

/** What was found on an account at the last look. */
interface Before {
  readonly watched: Watched;
  readonly atMs: number;
}

/**
 * Keeps the tripwires of one account as `setup --apply` made them: renews values as traffic ebbs and flows, puts back what somebody
 * removed and alerts on it. It is no remediation: it begins only after a person ran set-up, for what that was for, touches nothing
 * that set-up would not, and ends when a person runs `setup --stop`. Key: the account.
 *
 * A test event that waits is answered in any case: it only proves to Twilio that we hear.
 */
export function createUpkeep(parts: Parts): JobHandler {
  const { setup, tripwires, publicUrl, executor, clock, log } = parts;
  const tellRemoved = createTellRemoved(parts);
  const historyOf = createHistoryOf({ usage: parts.twilio.usage, baselineOf: (sid) => parts.baselines.load(sid) });

  async function answerTests(accountSid: AccountSid, testIds: readonly string[]): Promise<void> {
    const destination = doorUrl(publicUrl, "events", accountSid);
    for (const sink of await tripwires.sinks(accountSid)) {
      if (sink.destination !== destination) continue;
      for (const testId of testIds) await tripwires.validateSink(accountSid, sink.sid, testId);
    }
    // Only now: whatever keeps us from it, it waits for the next time. Answered twice it is harmless.
    await setup.answeredSinkTests(accountSid, testIds);
  }

  /** Null: the account is closed. */
  async function keep(accountSid: AccountSid, applied: Applied, before: Before | null): Promise<JobResult | null> {
    const accounts = await tripwires.accounts();
    const account = accounts.find(({ sid }) => sid === accountSid);
    if (account === undefined) return null;
    const nowMs = clock.now();
    const next = later(nextSlotMs(accountSid, DAY_MS, nowMs));
    // It spends nothing, and its own credentials are dead. Once it is active again this comes again.
    if (account.status !== "active") return next;

    const addresses = addressesOf(publicUrl, applied);
    const survey = createSurvey({ tripwires, historyOf, settingsOf: parts.settingsOf, addresses });
    const hasSubaccounts = account.isParent && accounts.length > 1;
    const look = await survey(account, hasSubaccounts, nowMs);
    const removed = before === null ? [] : await removedByOthers(accountSid, before, look.state);
    if (removed.length > 0 && before !== null) await tellRemoved(accountSid, removed, before.atMs);

    const isHeldBack = await wasTestedLately(accountSid);
    // Told in the records only if it will be done.
    const steps = look.plan.steps.filter(({ kind }) => !(kind === "test-sink" && isHeldBack));
    let { state } = look;
    let isComplete = isMet(look.plan);
    let comesBackAtMs = isHeldBack && steps.length < look.plan.steps.length ? nowMs + TEST_AGAIN_MS : null;
    if (steps.length > 0) {
      await recordChanges(executor, "upkeep", accountSid, steps, removed);
      const mended = await mend(account, hasSubaccounts, look, { survey, hands });
      if (mended.failed.length > 0) await recordFailures(executor, "upkeep", accountSid, mended.failed);
      log.info({ accountSid, count: mended.done.length }, "tripwires were brought up to date");
      isComplete = mended.failed.length === 0 && mended.waiting.length === 0 && mended.after.plan.unmet === 0;
      state = mended.after.state;
      comesBackAtMs = retryAtMs(mended, before?.watched.isComplete === false, clock.now()) ?? comesBackAtMs;
    }
    await setup.saveTripwires(accountSid, toJson(watchedOf(state, addresses, isComplete)), clock.now());
    return comesBackAtMs === null ? next : later(comesBackAtMs);
  }

  async function wasTestedLately(accountSid: AccountSid): Promise<boolean> {
    return (await setup.sinkTestsSince(clock.now() - TEST_AGAIN_MS)).has(accountSid);
  }

  async function removedByOthers(
    accountSid: AccountSid,
    { watched, atMs }: Before,
    state: Parameters<typeof removedSince>[1],
  ): Promise<readonly Removed[]> {
    const ours = await setup.changesSince(accountSid, atMs);
    return removedSince(watched, state, new Set(ours.flatMap(({ resourceSids }) => resourceSids ?? [])));
  }

  const hands: Hands = {
    tripwires,
    publicUrl,
    noteChange: (accountSid, change) => setup.noteChange(accountSid, change),
    // Not waited for: its test event brings this job again.
    becomesActive: async (accountSid, sinkSid) => (await tripwires.sinkStatus(accountSid, sinkSid)) === "active",
    wasTestedLately,
    nowMs: () => clock.now(),
  };

  /** What set-up said about this account; null: nothing that upkeep could keep to. */
  async function appliedTo(accountSid: AccountSid): Promise<Applied | null> {
    const applied = readApplied(await setup.load());
    if (applied === null || applied.stopped !== null || !isKept(applied, accountSid)) return null;
    if (applied.publicUrl === publicUrl) return applied;
    // A second Tollgate on a copy of the data, or a mistake: moving every tripwire is a person's decision.
    log.warn({ accountSid }, "PUBLIC_URL is not the one of the last set-up: tripwires are left alone");
    return null;
  }

  async function work(accountSid: AccountSid, todo: Todo): Promise<JobResult> {
    const testIds = await setup.sinkTests(accountSid);
    if (testIds.length > 0) await answerTests(accountSid, testIds);

    const nowMs = clock.now();
    const notYet = later(nowMs + NOT_YET_MS);
    if ((await appliedTo(accountSid)) === null) return notYet;
    const before = await lastLook(setup, accountSid);
    const isAsked = todo.dueAtMs === null && testIds.length === 0;
    const isFresh = before?.watched.isComplete === true && nowMs - before.atMs < RECENT_MS;
    if (isFresh && !isAsked) return later(nextSlotMs(accountSid, DAY_MS, nowMs));
    // Who asked is answered by the look alone: a lock that is held, or Twilio out of reach, must not make it tomorrow's.
    if (isFresh) await setup.saveTripwires(accountSid, toJson({ ...before.watched, isComplete: false }), before.atMs);
    const locked = await parts.withLock(SETUP_LOCK, async () => {
      // Only under the lock does it stay as it is: a person may have ended upkeep just now.
      const applied = await appliedTo(accountSid);
      return applied === null ? notYet : await keep(accountSid, applied, before);
    });
    return locked.held ? (locked.answer ?? done) : later(nowMs + BUSY_MS);
  }

  return async (key, todo) => {
    const accountSid = key as AccountSid;
    try {
      return await work(accountSid, todo);
    } catch (error) {
      // Asking again would be refused again, and be an error in the customer's own Debugger each time.
      if (!isFault(error) || !["unauthorised", "rejected", "not-found"].includes(error.kind)) throw error;
      log.warn({ accountSid, kind: error.kind, code: error.code }, "the tripwires of this account could not be kept");
      return later(nextSlotMs(accountSid, DAY_MS, clock.now()));
    }
  };
}

/** Null: nothing failed that is worth another try before tomorrow. */
function retryAtMs({ failed }: Mended, isRepeated: boolean, nowMs: number): number | null {
  const passing = failed.map(({ fault }) => fault).filter(({ kind }) => PASSING.includes(kind));
  if (passing.length === 0) return null;
  const ownMs = isRepeated ? LATER_RETRY_MS : FIRST_RETRY_MS;
  return nowMs + Math.max(...passing.map(({ retryAfterMs }) => retryAfterMs ?? ownMs));
}

const PASSING: readonly FaultKind[] = ["rate-limited", "unavailable", "timeout"];

async function lastLook(setup: SetupStore, accountSid: AccountSid): Promise<Before | null> {
  const kept = await setup.tripwires(accountSid);
  const watched = kept === null ? null : readWatched(kept.body);
  return kept === null || watched === null ? null : { watched, atMs: kept.atMs };
}
