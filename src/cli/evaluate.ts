import { createLog } from "../lib/log.ts";
import { note, say } from "./output.ts";
import { sentenceOf } from "./problem.ts";

type Evaluate = (options: {
  readonly seed: number;
  readonly seeds: number;
  readonly isQuick: boolean;
  readonly hasOutage: boolean;
  readonly attack: string | undefined;
  readonly isJson: boolean;
  readonly log: ReturnType<typeof createLog>;
  readonly write: (line: string) => void;
  readonly note: (line: string) => void;
}) => Promise<boolean>;

export interface EvaluateWords {
  readonly seed: string;
  readonly seeds: string;
  readonly quick: boolean;
  readonly outage: boolean;
  readonly attack?: string;
  readonly json: boolean;
}

const FALLS_SHORT = 1;
const COULD_NOT = 2;

/** Answers the exit code: 0 when the reach is met. */
export async function runEvaluate(evaluate: Evaluate, words: EvaluateWords): Promise<number> {
  const [seed, seeds] = [Number(words.seed), Number(words.seeds)];
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(seeds) || seed < 1 || seeds < 1) {
    note("evaluate: --seed and --seeds must be whole numbers from 1 on");
    return COULD_NOT;
  }
  try {
    const isMet = await evaluate({
      seed,
      seeds,
      isQuick: words.quick,
      hasOutage: words.outage,
      attack: words.attack,
      isJson: words.json,
      log: createLog("error"),
      write: say,
      note,
    });
    return isMet ? 0 : FALLS_SHORT;
  } catch (error) {
    note(`The evaluation could not go on: ${sentenceOf(error)}`);
    return COULD_NOT;
  }
}
