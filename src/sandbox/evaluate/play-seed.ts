import type { Log } from "../../lib/log.ts";
import { DAY_MS } from "../twilio/sids.ts";
import { type Outcome, playCrimes } from "./crimes.ts";
import type { Databases } from "./databases.ts";
import { type AccountHistory, LIVE_DAYS, makeHistories, startOf } from "./history.ts";
import { beginLife, castOf, LOGGED_PAST_MS, playMonth } from "./month.ts";
import { inGroups } from "./plan.ts";
import type { Raised } from "./stage.ts";
import type { Planned } from "./suspect.ts";
import { openTrunk } from "./trunk.ts";
import { seedWorld } from "./world.ts";

const HOUR_MS = 3_600_000;

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
  const { seed, databases, folder, log, onProgress } = options;
  const startMs = startOf(seed);
  const histories = makeHistories(seed, startMs).filter(({ shape }) => options.shapeIds?.includes(shape.id) ?? true);
  const { world, parent, accountSids } = seedWorld(seed, histories);
  const days = options.days ?? LIVE_DAYS;
  const trunk = await openTrunk({ parent, folder, log, databases, world, startMs: startMs - LOGGED_PAST_MS });
  const groups = inGroups(options.planned);
  const raised: SeedResult["raised"][number][] = [];
  const outcomes: Outcome[] = [];
  let turn = 0;

  async function playUntil(untilMs: number): Promise<void> {
    const stage = await trunk.stage();
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

  async function fork(groupsHere: readonly (readonly Planned[])[]): Promise<void> {
    for (const group of groupsHere) {
      turn += 1;
      const names = group.map(({ kind, intensity }) => `${kind.id} (${intensity})`).join(", ");
      onProgress(`attacks, group ${turn} of ${groups.length}: ${names}`);
      outcomes.push(
        ...(await trunk.branch((branch) => playCrimes(branch, castOf(branch, histories, accountSids), group))),
      );
    }
  }

  try {
    await beginLife(await trunk.stage(), { histories, accountSids, parentSid: parent.sid, startMs });
    for (const [index, { day, hour }] of FORKS.entries()) {
      const atMs = startMs + Math.min(day, days) * DAY_MS + (day <= days ? hour * HOUR_MS : 0);
      await playUntil(atMs);
      await fork(groups.filter((_, number) => number % FORKS.length === index));
    }
    await playUntil(startMs + days * DAY_MS);
  } finally {
    await trunk.close();
  }
  return { seed, histories, days, raised, outcomes };
}
