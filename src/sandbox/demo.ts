/** `npm run demo`: everything on embedded defaults, an attack, and a page on which to stop it. `--headless` plays all people itself. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLog, type Log, type LogLevel } from "../lib/log.ts";
import { lodgeElsewhere } from "../store/embedded/index.ts";
import { type DemoStage, openDemoStage, type Where } from "./demo-stage.ts";
import { playScenarios } from "./play-scenarios.ts";
import { auditAgrees } from "./story/audit-agrees.ts";
import { createTranscript, type Transcript } from "./story/transcript.ts";
import type { Running, Scenario } from "./twilio/scenarios/contract.ts";
import { scenarios } from "./twilio/scenarios/index.ts";

export interface DemoOptions {
  readonly isHeadless: boolean;
  readonly where: Where;
  /** The name of one, or `all`: at once, by itself alone. */
  readonly scenario: string;
  /** Emptied at the start, only when our marker is in it and nobody works on it. */
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly write: (line: string) => void;
  /** Resolves when the demo should end (a signal). Headless ends by itself when nobody asks it to. */
  readonly untilStopped: Promise<void>;
}

const MARKER = "tollgate-demo";
const PLACES: Readonly<Record<Where, string>> = {
  both: ", Slack and Teams",
  slack: " and Slack (over HTTP)",
  socket: " and Slack (over Socket Mode)",
  teams: " and Teams",
};
const ALL = "all";
/** Time to open the page before the story begins. */
const ATTACK_AFTER_MS = 4_000;

/** Answers the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { isHeadless, where, dataDir, write } = options;
  const chosen = chooseScenarios(options.scenario);
  const [first] = chosen;
  if (first === undefined) {
    const names = scenarios.map(({ name }) => name).join(", ");
    write(`There is no scenario called ${options.scenario}. There are: ${names}, and all.`);
    return 1;
  }
  const problem = claimFolder(dataDir);
  if (problem !== null) {
    write(problem);
    return 1;
  }
  const lodging = lodgeElsewhere(dataDir);
  if (lodging !== null)
    write(`Only root can enter this folder, and PostgreSQL runs as another user: the demo's database is in ${lodging}`);
  const transcript = createTranscript(write);
  const log = createLog(options.logLevel);
  const stage = await openDemoStage({ where, dataDir, log, first });
  try {
    // Not before the folder is ours alone: a demo that runs there needs the tokens that it rotated.
    rmSync(join(dataDir, "secrets"), { recursive: true, force: true });
    transcript.step(`Tollgate, Twilio${PLACES[where]} are up, all on this machine`);
    write(`Demo page: ${stage.pageUrl}`);
    return isHeadless
      ? await playItself(stage, chosen, transcript, log, options)
      : await playOnPage(stage, chosen, transcript, options);
  } finally {
    await stage.close();
  }
}

function chooseScenarios(name: string): readonly Scenario[] {
  return name === ALL ? scenarios : scenarios.filter((scenario) => scenario.name === name);
}

async function playItself(
  stage: DemoStage,
  chosen: readonly Scenario[],
  transcript: Transcript,
  log: Log,
  { dataDir, untilStopped }: DemoOptions,
): Promise<number> {
  const begin = (scenario: Scenario) => beginScenario(stage, scenario, transcript);
  const played = await Promise.race([
    playScenarios(stage, chosen, transcript, begin),
    untilStopped.then(() => "stopped" as const),
  ]);
  if (played === "stopped") {
    transcript.step("Stopped before the story was over");
    return 1;
  }
  const auditProblem = await auditAgrees(dataDir, played.newestAuditLine, log, transcript);
  const problems = auditProblem === null ? played.problems : [...played.problems, auditProblem];
  for (const problem of problems) transcript.step(`WRONG: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

async function playOnPage(
  stage: DemoStage,
  chosen: readonly Scenario[],
  transcript: Transcript,
  options: DemoOptions,
): Promise<number> {
  const timer = setTimeout(() => {
    for (const scenario of chosen) beginScenario(stage, scenario, transcript);
  }, ATTACK_AFTER_MS);
  options.write(
    "In a few seconds an attack begins. Act as Ann Ito (on call) and Ben Okafor (approver). Ctrl+C ends the demo.",
  );
  await options.untilStopped;
  clearTimeout(timer);
  return 0;
}

function beginScenario(stage: DemoStage, scenario: Scenario, transcript: Transcript): Running {
  const running = stage.begin(scenario);
  transcript.step(`${scenario.expects === null ? "It begins" : "The attack begins"}: ${scenario.title}`);
  return running;
}

/** Makes the folder ours, or says why it cannot be. What is in it is only thrown away when our marker says that it is a demo's. */
function claimFolder(dataDir: string): string | null {
  const marker = join(dataDir, MARKER);
  const isOurs = existsSync(marker);
  if (!isOurs && existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    return `${dataDir} holds something that is not a demo's. Set DATA_DIR to an empty or absent folder.`;
  }
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(marker, "This folder belongs to `npm run demo`, which empties it at every start.\n");
  return null;
}
