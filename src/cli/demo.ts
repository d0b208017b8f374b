import { processSources, readDemoEnvironment } from "../config.ts";
import { createLog, type LogLevel } from "../lib/log.ts";
import { note, say } from "./output.ts";
import { sentenceOf } from "./problem.ts";
import { crashLoudly, stopSignal } from "./signals.ts";

type RunDemo<Where> = (options: {
  readonly isHeadless: boolean;
  readonly where: Where;
  readonly scenario: string;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly write: (line: string) => void;
  readonly untilStopped: Promise<void>;
}) => Promise<number>;

/** Runs the demo until its story or its people are done. Ends the process. */
export async function demo<Where>(
  runDemo: RunDemo<Where>,
  asked: { readonly isHeadless: boolean; readonly where: Where; readonly scenario: string },
): Promise<void> {
  const read = readDemoEnvironment(processSources().env);
  if (!read.ok) {
    note(read.problems.join("\n"));
    process.exit(1);
  }
  const { dataDir, logLevel } = read.environment;
  const log = createLog(logLevel);
  crashLoudly(log);
  try {
    process.exit(await runDemo({ ...asked, dataDir, logLevel, write: say, untilStopped: stopSignal(log) }));
  } catch (error) {
    note(`The demo could not go on: ${sentenceOf(error)}`);
    process.exit(1);
  }
}
