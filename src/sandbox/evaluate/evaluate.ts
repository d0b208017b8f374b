/** `npm run evaluate`: how well Tollgate detects, measured on histories that nobody tuned it on. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../lib/log.ts";
import { startEmbedded } from "../../store/embedded/index.ts";
import { databasesOf } from "./databases.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { jsonOf } from "./json.ts";
import type { Outcome as OutageOutcome } from "./outage/play.ts";
import { planOutages, playOutages } from "./outage/play-outages.ts";
import { outageJson, outageReport } from "./outage/report.ts";
import { outageShortcomings } from "./outage/table.ts";
import { planAttacks } from "./plan.ts";
import { playSeed, type SeedResult } from "./play-seed.ts";
import { tableOf } from "./table.ts";

/** Rules are tuned on histories of these seeds; figures that are told to anybody are those of others. */
const TUNING_SEEDS = { from: 1, to: 100 } as const;

const MINUTE_MS = 60_000;
/** Ordinary time between two looks. Polls are due every minute or two; that would take days to play. */
const ORDINARY_STEP_MS = 120 * MINUTE_MS;

const QUICK = {
  days: 2,
  shapeIds: ["business-voice", "sms-notifier"],
  attacks: ["irsf-by-key", "sms-pumping", "token-takeover", "sip-brute-force"],
  intensities: ["flood", "once"],
} as const;

export interface EvaluateOptions {
  /** The first seed. */
  readonly seed: number;
  /** How many seeds, one after the other. */
  readonly seeds: number;
  /** A small part of it, for a look within a minute or so. */
  readonly isQuick: boolean;
  /** Instead of all that: is an attack found, and nothing counted twice, when Tollgate is away for an hour of it? */
  readonly hasOutage: boolean;
  /** Only attacks of this kind. */
  readonly attack?: string | undefined;
  readonly isJson: boolean;
  readonly log: Log;
  readonly write: (line: string) => void;
  readonly note: (line: string) => void;
}

/** Answers whether the reach is met. */
export async function evaluate(options: EvaluateOptions): Promise<boolean> {
  const { seed, seeds, note, write, log } = options;
  const folder = mkdtempSync(join(tmpdir(), "tollgate-evaluate-"));
  // As root PostgreSQL runs as somebody else, who must be able to pass.
  chmodSync(folder, 0o711);
  const startedAt = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - startedAt) / 1_000)} s`;
  const progress = (own: number): ((text: string) => void) => {
    let told = "";
    return (text) => {
      if (text !== told) note(`${seconds().padStart(6)}  seed ${own}: ${text}`);
      told = text;
    };
  };
  const server = await startEmbedded({ dataDir: join(folder, "data"), log, exclusive: true });
  try {
    const databases = databasesOf(server.connection);
    if (options.hasOutage) {
      const outcomes: OutageOutcome[] = [];
      for (let index = 0; index < seeds; index += 1) {
        const own = seed + index;
        const met = planOutages(own, ({ kind }) => isPart(options, kind.id));
        outcomes.push(...(await playOutages({ seed: own, databases, folder, log, met, onProgress: progress(own) })));
      }
      const shortcomings = outageShortcomings(outcomes);
      if (options.isJson) write(JSON.stringify(outageJson(outcomes, { seed, seeds }, shortcomings), null, 2));
      else for (const line of outageReport(outcomes, namesOf(options), shortcomings, seconds())) write(line);
      return shortcomings.length === 0;
    }
    const results: SeedResult[] = [];
    for (let index = 0; index < seeds; index += 1) {
      const own = seed + index;
      results.push(
        await playSeed({
          seed: own,
          databases,
          folder,
          log,
          ...partOf(options, own),
          stepMs: ORDINARY_STEP_MS,
          onProgress: progress(own),
        }),
      );
    }
    const figures = figuresOf(results);
    if (options.isJson) write(JSON.stringify(jsonOf(figures, { seed, seeds }), null, 2));
    else
      for (const line of [...headOf(options), "", ...tableOf(figures), "", ...endOf(figures, seconds())]) write(line);
    return figures.shortcomings.length === 0;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function partOf(
  { isQuick, attack }: EvaluateOptions,
  seed: number,
): Pick<Parameters<typeof playSeed>[0], "planned" | "days" | "shapeIds"> {
  const isNamed = (id: string): boolean => attack === undefined || id === attack;
  if (!isQuick) return { planned: planAttacks(seed, ({ kind }) => isNamed(kind.id)) };
  const shapeIds: readonly string[] = QUICK.shapeIds;
  const kinds: readonly string[] = QUICK.attacks;
  const intensities: readonly string[] = QUICK.intensities;
  return {
    days: QUICK.days,
    shapeIds,
    planned: planAttacks(
      seed,
      ({ kind, intensity, shapeId }) =>
        isNamed(kind.id) && kinds.includes(kind.id) && intensities.includes(intensity) && shapeIds.includes(shapeId),
    ),
  };
}

function isPart({ isQuick, attack }: EvaluateOptions, kindId: string): boolean {
  const quick: readonly string[] = QUICK.attacks;
  return (attack === undefined || kindId === attack) && (!isQuick || quick.includes(kindId));
}

function namesOf({ seed, seeds }: Pick<EvaluateOptions, "seed" | "seeds">): string {
  return seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`;
}

function headOf({ seed, seeds, isQuick }: EvaluateOptions): readonly string[] {
  const isTuning = seed <= TUNING_SEEDS.to;
  return [
    `Detection on made-up histories, ${namesOf({ seed, seeds })}.`,
    isTuning
      ? `These are TUNING histories (seeds ${TUNING_SEEDS.from} to ${TUNING_SEEDS.to}): rules were made on them, so their figures are not to be told.`
      : `Rules were tuned on seeds ${TUNING_SEEDS.from} to ${TUNING_SEEDS.to}; none of these histories is among them.`,
    ...(isQuick ? ["--quick: a few accounts, days and attacks only."] : []),
    "Attacks: looked at every 10 s in the first minutes of a flood, less and less often later. Ordinary time: every two hours.",
  ];
}

function endOf({ shortcomings }: Figures, seconds: string): readonly string[] {
  return shortcomings.length === 0
    ? [
        `The reach is met: floods within 60 s of their first signal, all above twice the ordinary found, at most one false incident a month. (${seconds})`,
      ]
    : ["What falls short of the reach:", ...shortcomings.map((one) => `  - ${one}`), `(${seconds})`];
}
