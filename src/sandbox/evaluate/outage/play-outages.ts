import { DAY_MS } from "../../twilio/sids.ts";
import type { Intensity } from "../attacks/contract.ts";
import { attacks } from "../attacks/index.ts";
import type { Databases } from "../databases.ts";
import { makeHistories, startOf } from "../history.ts";
import { beginLife, type Cast, castOf, LOGGED_PAST_MS, playMonth } from "../month.ts";
import { planAttacks } from "../plan.ts";
import { shapes } from "../shapes.ts";
import type { StageOptions } from "../stage.ts";
import { openTrunk } from "../trunk.ts";
import { seedWorld } from "../world.ts";
import { nothing } from "./nothing.ts";
import { type Met, type Outcome, outageOn, playOutage } from "./play.ts";

const HOUR_MS = 3_600_000;
/** So much of a morning is watched before: what is ordinary is learned from Usage Records, as on the first day of a new Tollgate. */
const WATCHED_HOURS = 9;

/** Above twice the ordinary, loudest last: a long attack is the quieter of the first two, a brief one must be loud to be worth it. */
const LONG: readonly Intensity[] = ["strong", "heavy", "once"];
const BRIEF: readonly Intensity[] = ["heavy", "strong", "flood"];

/** Every kind of attack with an hour missed in its middle, every kind that goes on with nearly all of it missed, and no attack at all. */
export function planOutages(seed: number, isWanted: (met: Met) => boolean = () => true): readonly Met[] {
  const planned = planAttacks(seed);
  const first = (of: readonly Intensity[], extent: Met["extent"]): readonly Met[] =>
    attacks.flatMap((kind) => {
      const own = planned.filter((one) => one.kind === kind);
      const best = of
        .map((intensity) => own.find((one) => one.intensity === intensity))
        .find((one) => one !== undefined);
      return best === undefined ? [] : [{ ...best, extent }];
    });
  const ordinary = shapes.map(({ id }): Met => ({ kind: nothing, intensity: "once", shapeId: id, extent: "long" }));
  return [...first(LONG, "long"), ...first(BRIEF, "brief"), ...first(BRIEF, "unseen"), ...ordinary].filter(isWanted);
}

export interface OutageOptions extends Pick<StageOptions, "folder" | "log"> {
  readonly seed: number;
  readonly databases: Databases;
  readonly met: readonly Met[];
  /** Default: nine hours. */
  readonly watchedHours?: number;
  readonly onProgress: (text: string) => void;
}

/** Plays a morning of one seed's accounts, and from there on each attack with its outage, those of the same hour together on one copy. */
export async function playOutages(options: OutageOptions): Promise<readonly Outcome[]> {
  const { seed, databases, folder, log, met, watchedHours = WATCHED_HOURS, onProgress } = options;
  const startMs = startOf(seed);
  const needed = new Set(met.map(({ shapeId }) => shapeId));
  const histories = makeHistories(seed, startMs).filter(({ shape }) => needed.has(shape.id));
  const { world, parent, accountSids } = seedWorld(seed, histories);
  const trunk = await openTrunk({ parent, folder, log, databases, world, startMs: startMs - LOGGED_PAST_MS });
  const outcomes: Outcome[] = [];
  try {
    const stage = await trunk.stage();
    onProgress("an ordinary morning");
    await beginLife(stage, { histories, accountSids, parentSid: parent.sid, startMs });
    const cast = castOf(stage, histories, accountSids);
    await playMonth(stage, cast, { untilMs: startMs + watchedHours * HOUR_MS, stepMs: HOUR_MS });
    const groups = inGroups(cast, met, startMs + DAY_MS);
    for (const [index, group] of groups.entries()) {
      const names = group.map(({ kind, extent }) => `${kind.id} (${extent})`).join(", ");
      onProgress(`group ${index + 1} of ${groups.length}: ${names}`);
      outcomes.push(
        ...(await trunk.branch((branch) => playOutage(branch, castOf(branch, histories, accountSids), group))),
      );
    }
  } finally {
    await trunk.close();
  }
  return outcomes;
}

/** Attacks that can be played at the same time: of the same missed hour, and each on an account of its own. */
function inGroups(cast: Cast, met: readonly Met[], startMs: number): readonly (readonly [Met, ...Met[]])[] {
  const groups: { readonly fromMs: number; readonly members: [Met, ...Met[]] }[] = [];
  for (const one of met) {
    const { fromMs } = outageOn(cast, one, startMs);
    const group = groups.find(
      ({ fromMs: same, members }) => same === fromMs && !members.some(({ shapeId }) => shapeId === one.shapeId),
    );
    if (group === undefined) groups.push({ fromMs, members: [one] });
    else group.members.push(one);
  }
  return groups.map(({ members }) => members);
}
