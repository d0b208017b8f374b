import { setTimeout as pause } from "node:timers/promises";
import type { Config } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { type Applied, addressesOf, nextApplied, readApplied, toJson, whyNotAlone } from "../setup/applied.ts";
import type { Hands } from "../setup/carry-out.ts";
import type { WatchedAccount } from "../setup/contract.ts";
import { type Mended, mend } from "../setup/mend.ts";
import { inParallel } from "../setup/parallel.ts";
import { isMet } from "../setup/plan.ts";
import { type Accounts, type Surveyed, surveyAll } from "../setup/survey-all.ts";
import { toJson as watchedJson, watchedOf } from "../setup/watched.ts";
import type { Executor } from "../workflow/execute.ts";
import type { Store } from "../workflow/ports.ts";
import { recordApplied, recordChanges, recordFailures } from "../workflow/tripwire-records.ts";
import { Problem } from "./problem.ts";
import { withSetupStore } from "./setup-store.ts";
import { operatorName, type SetupTwilio } from "./setup-world.ts";

/** Twilio sends a test event at once; a Tollgate that runs has answered it long before. */
const TEST_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 300;
/** After so many sinks that did not become active nobody waits for the others: it is not reachable. */
const MOST_MISSES = 3;

/** What became of one account. */
export type AppliedTo =
  | Exclude<Surveyed, { kind: "looked" }>
  | {
      readonly kind: "mended";
      readonly account: WatchedAccount;
      readonly look: Mended["after"];
      readonly mended: Mended | null;
    };

export interface ApplyOutcome {
  readonly results: readonly AppliedTo[];
  /** Accounts whose test event has not arrived here. */
  readonly unheard: readonly WatchedAccount[];
  readonly applied: Applied;
  /** Upkeep was off before. */
  readonly begins: boolean;
}

interface ApplyParts {
  readonly config: Config;
  readonly twilio: SetupTwilio;
  readonly accounts: Accounts;
  /** Null: all, those to come too. */
  readonly onlySids: readonly AccountSid[] | null;
  readonly log: Log;
  readonly looked: () => void;
  /** What is about to be done, before the first step. */
  readonly planned: (surveyed: readonly Surveyed[]) => void;
  readonly changed: (result: AppliedTo) => void;
  readonly waiting: (what: string) => void;
}

/** Carries the plan out, account by account, and remembers who asked for it: upkeep begins with that. */
export function applySetup(parts: ApplyParts): Promise<ApplyOutcome> {
  return withSetupStore(parts, (store, executor) => applyAll(store, executor, parts));
}

async function applyAll(store: Store, executor: Executor, parts: ApplyParts): Promise<ApplyOutcome> {
  const { config, twilio, accounts, onlySids } = parts;
  const { publicUrl } = config.environment.server;
  const startedAtMs = systemClock.now();
  const before = readApplied(await store.setup.load());
  const refusal = whyNotAlone(before, publicUrl, onlySids);
  if (refusal !== null) throw new Problem(refusal);
  const survey = twilio.survey({ applied: before, baselineOf: (sid) => store.baselines.load(sid) });
  const surveyed = await surveyAll(accounts, survey, startedAtMs, parts.looked);
  parts.planned(surveyed);

  const applied = nextApplied(before, { by: operatorName(), atMs: startedAtMs, publicUrl, accountSids: onlySids });
  const hasSteps = surveyed.some((one) => one.kind === "looked" && one.look.plan.steps.length > 0);
  const begins = before === null || before.stopped !== null;
  const isSame = !begins && JSON.stringify(scopeOf(before)) === JSON.stringify(scopeOf(applied));
  if (hasSteps || !isSame) {
    // First: a test event that comes while we are at work is Tollgate's to answer already.
    await recordApplied(executor, applied);
    await store.setup.save(toJson(applied), startedAtMs);
  }

  const hands: Hands = {
    tripwires: twilio.tripwires,
    publicUrl,
    noteChange: (accountSid, change) => store.setup.noteChange(accountSid, change),
    becomesActive: createPatience(twilio),
    // A person who runs it again wants to know now.
    wasTestedLately: async () => false,
    nowMs: () => systemClock.now(),
  };
  const addresses = addressesOf(publicUrl, applied);

  async function applyTo(one: Surveyed): Promise<AppliedTo> {
    if (one.kind !== "looked") return one;
    const { account, look } = one;
    const { sid } = account;
    const remember = (state: typeof look.state, isComplete: boolean) =>
      store.setup.saveTripwires(sid, watchedJson(watchedOf(state, addresses, isComplete)), systemClock.now());
    if (look.plan.steps.length === 0) {
      await remember(look.state, isMet(look.plan));
      return { kind: "mended", account, look, mended: null };
    }
    try {
      await recordChanges(executor, "setup", sid, look.plan.steps, []);
      const mended = await mend(account, account.isParent && accounts.hasSubaccounts, look, { survey, hands });
      if (mended.failed.length > 0) await recordFailures(executor, "setup", sid, mended.failed);
      await remember(mended.after.state, isMet(mended.after.plan));
      return { kind: "mended", account, look: mended.after, mended };
    } catch (fault) {
      if (!isFault(fault)) throw fault;
      return { kind: "failed", account, fault };
    }
  }

  const results = await inParallel(surveyed, async (one) => {
    const result = await applyTo(one);
    parts.changed(result);
    return result;
  });
  const tested = results.flatMap((result) =>
    result.kind === "mended" && result.mended?.isTested === true ? [result.account] : [],
  );
  return { results, unheard: await unheardOf(store, tested, startedAtMs, parts.waiting), applied, begins };
}

function scopeOf({ publicUrl, accountSids }: { publicUrl: string; accountSids: readonly string[] | null }) {
  return [publicUrl, accountSids];
}

/** Waits for a sink to become active: patiently, until it is clear that nobody answers. */
function createPatience({ tripwires }: SetupTwilio): Hands["becomesActive"] {
  let misses = 0;
  let hits = 0;
  return async (accountSid, sinkSid) => {
    const isHopeless = () => hits === 0 && misses >= MOST_MISSES;
    const endMs = systemClock.now() + TEST_WITHIN_MS;
    for (;;) {
      if ((await tripwires.sinkStatus(accountSid, sinkSid)) === "active") {
        hits += 1;
        return true;
      }
      if (isHopeless() || systemClock.now() > endMs) break;
      await pause(LOOK_EVERY_MS);
    }
    misses += 1;
    return false;
  };
}

/** Test events come to the Tollgate that runs, which keeps them where we can see them. */
async function unheardOf(
  store: Store,
  tested: readonly WatchedAccount[],
  sinceMs: number,
  waiting: (what: string) => void,
): Promise<readonly WatchedAccount[]> {
  const endMs = systemClock.now() + TEST_WITHIN_MS;
  for (let looks = 1; ; looks += 1) {
    const heard = await store.setup.sinkTestsSince(sinceMs);
    const unheard = tested.filter(({ sid }) => !heard.has(sid));
    if (unheard.length === 0 || systemClock.now() > endMs) return unheard;
    if (looks === 1) waiting("waiting for Twilio's test events to arrive");
    await pause(LOOK_EVERY_MS);
  }
}
