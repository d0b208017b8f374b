import type { Log } from "../../lib/log.ts";
import { DAY_MS } from "../twilio/sids.ts";
import { type Outcome, type Planned, playCrimes } from "./crimes.ts";
import type { Databases } from "./databases.ts";
import { type AccountHistory, LIVE_DAYS, makeHistories } from "./history.ts";
import { beginWatch, castOf, LOGGED_PAST_MS, playMonth, playPast } from "./month.ts";
import { inGroups } from "./plan.ts";
import { openStage, type Raised, type Stage } from "./stage.ts";
import { connect } from "./tripwires.ts";
import { seedWorld } from "./world.ts";

const HOUR_MS = 3_600_000;
/** A Monday in March; another week for another seed, so that months begin at different dates. */
const FIRST_START_MS = Date.parse("2026-03-02T00:00:00Z");

/** Moments of a history at which attacks are tried, each on a copy of everything: by day, by night, and at the weekend. */
const FORKS = [
  { day: 15, hour: 10 },
  { day: 17, hour: 2 },
  { day: 19, hour: 15 },
] as const;

export interface SeedOptions {
  readonly seed: number;
  readonly databases: Databases;
  readonly folder: string;
  readonly log: Log;
  readonly planned: readonly Planned[];
  readonly hasOutage: boolean;
  /** Only accounts of these shapes; all when not given. */
  readonly shapeIds?: readonly string[];
  /** How much of ordinary time is played. Default: the whole month. */
  readonly days?: number;
  /** Ordinary time between two looks. */
  readonly stepMs: number;
  readonly onProgress: (text: string) => void;
}

export interface SeedResult {
  readonly seed: number;
  readonly histories: readonly AccountHistory[];
  readonly days: number;
  /** By the number of its history: what was raised in ordinary time. */
  readonly raised: readonly { readonly history: AccountHistory; readonly raised: Raised }[];
  readonly outcomes: readonly Outcome[];
}

/** Plays the histories of one seed, and at some moments of them the attacks, each group of them on a copy. */
export async function playSeed(options: SeedOptions): Promise<SeedResult> {
  const { seed, databases, folder, log, hasOutage, onProgress } = options;
  const startMs = FIRST_START_MS + (seed % 40) * 7 * DAY_MS;
  const histories = makeHistories(seed, startMs).filter(({ shape }) => options.shapeIds?.includes(shape.id) ?? true);
  const { world, parent, accountSids } = seedWorld(seed, histories);
  const days = options.days ?? LIVE_DAYS;
  const connection = await databases.create();
  const frame = { parent, folder, log } as const;
  let stage: Stage = await openStage({ ...frame, connection, world, startMs: startMs - LOGGED_PAST_MS });
  const groups = inGroups(options.planned);
  const raised: SeedResult["raised"][number][] = [];
  const outcomes: Outcome[] = [];
  let turn = 0;

  async function playUntil(untilMs: number): Promise<void> {
    const cast = castOf(stage, histories, accountSids);
    const found = await playMonth(stage, cast, {
      untilMs,
      stepMs: options.stepMs,
      onStep: (nowMs) =>
        onProgress(`ordinary time: day ${Math.min(days, Math.floor((nowMs - startMs) / DAY_MS) + 1)} of ${days}`),
    });
    for (const one of found) {
      const history = histories[accountSids.indexOf(one.accountSid)];
      if (history !== undefined) raised.push({ history, raised: one });
    }
  }

  /** Goes on with the same world on the same port, since Twilio knows where to call. */
  async function reopen(from: typeof connection, past: Stage): Promise<Stage> {
    const port = Number(new URL(past.publicUrl).port);
    return openStage({
      ...frame,
      connection: from,
      world: past.standIn.state.toWorld(),
      startMs: past.clock.now(),
      port,
    });
  }

  async function fork(groupsHere: readonly (readonly Planned[])[]): Promise<void> {
    const origin = stage;
    await origin.close();
    for (const group of groupsHere) {
      turn += 1;
      const names = group.map(({ kind, intensity }) => `${kind.id} (${intensity})`).join(", ");
      onProgress(`attacks, group ${turn} of ${groups.length}: ${names}`);
      const copy = await databases.copy(connection);
      const branch = await reopen(copy, origin);
      try {
        outcomes.push(...(await playCrimes(branch, castOf(branch, histories, accountSids), group, { hasOutage })));
      } finally {
        await branch.close();
        await databases.drop(copy);
      }
    }
    stage = await reopen(connection, origin);
  }

  try {
    const cast = castOf(stage, histories, accountSids);
    playPast(stage, cast, startMs);
    connect(stage, parent.sid, accountSids);
    await beginWatch(stage, cast);
    for (const [index, { day, hour }] of FORKS.entries()) {
      const atMs = startMs + Math.min(day, days) * DAY_MS + (day <= days ? hour * HOUR_MS : 0);
      await playUntil(atMs);
      await fork(groups.filter((_, number) => number % FORKS.length === index));
    }
    await playUntil(startMs + days * DAY_MS);
  } finally {
    await stage.close();
    await databases.drop(connection);
  }
  return { seed, histories, days, raised, outcomes };
}
