import { DAY_MS, dayOf } from "../twilio/sids.ts";
import type { AccountHistory } from "./history.ts";
import { luckOf } from "./luck.ts";
import { type Ordinary, ordinaryActs } from "./ordinary.ts";
import { createPlayer } from "./player.ts";
import type { Raised, Stage } from "./stage.ts";
import { connect, renewTriggers } from "./tripwires.ts";

const HOUR_MS = 3_600_000;
/** Calls and messages of the days before the live ones that are in the logs. */
export const LOGGED_PAST_MS = 2 * DAY_MS;
/** Nothing asks for older ones, and they would fill the memory. */
const LOGS_KEPT_MS = 2 * DAY_MS;
/** In the morning people are done with what was raised on the day before. */
const RESOLVED_AT_HOUR = 6;
/** What is announced is in the policy this long before. */
const ANNOUNCED_BEFORE_MS = HOUR_MS;
const ANNOUNCED_FACTOR = 4;

export interface Cast {
  readonly histories: readonly AccountHistory[];
  readonly accountSids: readonly string[];
  readonly ordinary: readonly Ordinary[];
}

export function castOf(stage: Stage, histories: readonly AccountHistory[], accountSids: readonly string[]): Cast {
  const ordinary = histories.map((history, index): Ordinary => {
    const accountSid = accountSids[index] ?? "";
    return {
      history,
      accountSid,
      player: createPlayer(stage.standIn, accountSid),
      luck: luckOf(history.seed, `${history.shape.id} from ${stage.clock.now()}`),
    };
  });
  return { histories, accountSids, ordinary };
}

interface Life {
  readonly histories: readonly AccountHistory[];
  readonly accountSids: readonly string[];
  readonly parentSid: string;
  /** When Tollgate begins to watch. The stage is at a moment before that. */
  readonly startMs: number;
}

/** What was before Tollgate, and how it comes to watch. */
export async function beginLife(stage: Stage, { histories, accountSids, parentSid, startMs }: Life): Promise<void> {
  const cast = castOf(stage, histories, accountSids);
  playPast(stage, cast, startMs);
  connect(stage, parentSid, accountSids);
  await beginWatch(stage, cast);
}

/** Fills the logs with what was before the live days; nobody listens yet. */
function playPast(stage: Stage, cast: Cast, untilMs: number): void {
  for (let fromMs = stage.clock.now(); fromMs < untilMs; fromMs += HOUR_MS) {
    const acts = cast.ordinary.flatMap((one) => ordinaryActs(stage.standIn, one, fromMs, fromMs + HOUR_MS));
    for (const act of acts.sort((one, other) => one.atMs - other.atMs)) {
      stage.clock.passTo(act.atMs);
      act.run();
    }
    stage.clock.passTo(fromMs + HOUR_MS);
  }
}

/** Tollgate begins to watch: it looks for accounts, learns what is ordinary, and then its tripwires are set. */
async function beginWatch(stage: Stage, cast: Cast): Promise<void> {
  const nowMs = stage.clock.now();
  await stage.store.outbox.add({ job: "poll", key: "accounts", dueAtMs: null }, nowMs);
  await stage.play([], nowMs + 1_000);
  for (const key of cast.accountSids) await stage.store.outbox.add({ job: "learn", key, dueAtMs: null }, nowMs);
  await stage.play([], nowMs + 60_000);
  for (const accountSid of cast.accountSids) await renewTriggers(stage, accountSid);
}

export interface MonthOptions {
  readonly untilMs: number;
  /** At most this long between two looks. Cut at midnight. */
  readonly stepMs: number;
  readonly onStep?: (nowMs: number) => void;
}

/** Plays ordinary time, campaigns and all. Answers what was raised, each time that people were called. */
export async function playMonth(stage: Stage, cast: Cast, options: MonthOptions): Promise<readonly Raised[]> {
  const { clock } = stage;
  stage.watchOnly(cast.accountSids);
  const fromMs = clock.now();
  const raised: Raised[] = [];
  let morning = dayOf(fromMs);
  while (clock.now() < options.untilMs) {
    const startMs = clock.now();
    const midnightMs = (dayOf(startMs) + 1) * DAY_MS;
    const toMs = Math.min(options.untilMs, midnightMs, startMs + options.stepMs);
    announce(stage, cast, toMs);
    await stage.play(
      cast.ordinary.flatMap((one) => ordinaryActs(stage.standIn, one, startMs, toMs)),
      toMs,
    );
    const open: Raised[] = [];
    for (const accountSid of cast.accountSids) open.push(...(await stage.raised(accountSid)));
    raised.push(...open.filter((one) => !raised.some(({ id, atMs }) => id === one.id && atMs === one.atMs)));
    if (dayOf(toMs) > morning && toMs % DAY_MS >= RESOLVED_AT_HOUR * HOUR_MS) {
      morning = dayOf(toMs);
      for (const { id } of open) await stage.resolve(id);
      for (const accountSid of cast.accountSids) await renewTriggers(stage, accountSid);
      forgetOldLogs(stage, toMs - LOGS_KEPT_MS);
    }
    options.onStep?.(toMs);
  }
  return raised;
}

/** What people wrote into `tollgate.yml` for what they knew of beforehand. */
function announce(stage: Stage, cast: Cast, nowMs: number): void {
  for (const { history, accountSid } of cast.ordinary) {
    const known = history.labels.filter(
      (label) =>
        label.kind !== "holiday" &&
        label.isAnnounced &&
        label.lift.fromMs - ANNOUNCED_BEFORE_MS <= nowMs &&
        label.lift.toMs > nowMs,
    );
    const markets = known.flatMap((label) => (label.kind === "launch" ? [label.country] : []));
    const usual = history.shape.destinations.map(({ country }) => country);
    stage.setPolicy(accountSid, {
      ...(known.length > 0 ? { spikeFactor: ANNOUNCED_FACTOR } : {}),
      ...(markets.length > 0 ? { allowedCountries: [...usual, ...markets] } : {}),
    });
  }
}

function forgetOldLogs({ standIn }: Stage, beforeMs: number): void {
  const { calls, messages, attempts } = standIn.state;
  for (const log of [calls, messages, attempts]) {
    for (const [sid, { createdAtMs }] of log) if (createdAtMs < beforeMs) log.delete(sid);
  }
}
