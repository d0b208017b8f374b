/** `npm run demo`: everything on embedded defaults, an attack, and a page on which to stop it. `--headless` plays all people itself. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLog, type Log, type LogLevel } from "../lib/log.ts";
import { lodgeElsewhere } from "../store/embedded/index.ts";
import { type DemoStage, openDemoStage, type Where } from "./demo-stage.ts";
import { auditAgrees } from "./story/audit-agrees.ts";
import { type Played, playHeadless } from "./story/headless.ts";
import { Story } from "./story/story.ts";
import { createTranscript, type Transcript } from "./story/transcript.ts";

export interface DemoOptions {
  readonly isHeadless: boolean;
  readonly where: Where;
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
/** Time to open the page before the story begins. */
const ATTACK_AFTER_MS = 4_000;

/** Answers the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { isHeadless, where, dataDir, write } = options;
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
  const stage = await openDemoStage({ where, dataDir, log });
  try {
    // Not before the folder is ours alone: a demo that runs there needs the tokens that it rotated.
    rmSync(join(dataDir, "secrets"), { recursive: true, force: true });
    transcript.step(`Tollgate, Twilio${PLACES[where]} are up, all on this machine`);
    write(`Demo page: ${stage.pageUrl}`);
    return isHeadless
      ? await playItself(stage, transcript, log, options)
      : await playOnPage(stage, transcript, options);
  } finally {
    await stage.close();
  }
}

async function playItself(
  stage: DemoStage,
  transcript: Transcript,
  log: Log,
  { dataDir, untilStopped }: DemoOptions,
): Promise<number> {
  const begin = (): void => beginAttack(stage, transcript);
  const played = await Promise.race([play(stage, transcript, begin), untilStopped.then(() => "stopped" as const)]);
  if (played === "stopped") {
    transcript.step("Stopped before the story was over");
    return 1;
  }
  const auditProblem = await auditAgrees(dataDir, played.newestAuditLine, log, transcript);
  const problems = auditProblem === null ? played.problems : [...played.problems, auditProblem];
  for (const problem of problems) transcript.step(`WRONG: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

/** Across both platforms Ann asks in Slack and Ben approves in Teams. */
function play({ slack, teams, twilio, acme }: DemoStage, transcript: Transcript, begin: () => void): Promise<Played> {
  const rest = { twilio, acme, transcript, begin };
  const onSlack = slack === undefined ? undefined : new Story({ door: slack, transcript });
  const onTeams = teams === undefined ? undefined : new Story({ door: teams, transcript });
  if (onSlack !== undefined && onTeams !== undefined) {
    transcript.step("Ann Ito is in Slack; Ben Okafor and Cem Demir are in Teams");
    return playHeadless({ ...rest, asking: onSlack, approving: onTeams });
  }
  if (onSlack !== undefined) return playHeadless({ ...rest, asking: onSlack, approving: onSlack });
  if (onTeams !== undefined) return playHeadless({ ...rest, asking: onTeams, approving: onTeams });
  throw new Error("the stage has no chat platform");
}

async function playOnPage(stage: DemoStage, transcript: Transcript, options: DemoOptions): Promise<number> {
  const timer = setTimeout(() => beginAttack(stage, transcript), ATTACK_AFTER_MS);
  options.write(
    "In a few seconds an attack begins. Act as Ann Ito (on call) and Ben Okafor (approver). Ctrl+C ends the demo.",
  );
  await options.untilStopped;
  clearTimeout(timer);
  return 0;
}

function beginAttack(stage: DemoStage, transcript: Transcript): void {
  stage.attack();
  transcript.step("The attack begins: calls to Latvia on Acme Voice EU, with a stolen token and a key made with it");
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
