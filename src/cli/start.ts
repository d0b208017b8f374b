import { loadConfig, loadPolicy, platformNames, processSources, warnings } from "../config.ts";
import { createLog } from "../lib/log.ts";
import { note } from "./output.ts";
import { createPolicyReload } from "./policy-reload.ts";
import { sentenceOf } from "./problem.ts";
import { crashLoudly, stopSignal } from "./signals.ts";
import { watchFile } from "./watch-file.ts";

/** Runs until a signal ends it, or says why it cannot and leaves nothing behind. Ends the process. */
export async function start(): Promise<void> {
  const sources = processSources();
  const loaded = loadConfig(sources);
  if (!loaded.ok) {
    note(report(loaded.problems));
    process.exitCode = 1;
    return;
  }
  const { config } = loaded;
  const log = createLog(config.environment.logLevel);
  crashLoudly(log);
  const stopWanted = stopSignal(log);
  for (const problem of warnings(config)) log.warn({ problem }, "the configuration works, with a warning");

  // Loaded only now: a wrong configuration is answered at once.
  const starting = import("../app.ts").then(({ startApp }) => startApp({ config, log }));
  const reload = createPolicyReload({
    policy: config.policy,
    platforms: platformNames(config.environment),
    load: () => loadPolicy(sources),
    adopt: async (policy) => (await starting).adoptPolicy(policy),
    log,
  });
  const onChange = () => void reload();
  // Before it is ready, too: unheard, this signal would end the process.
  process.on("SIGHUP", onChange);
  const watch = watchFile({ path: config.environment.policyFile, readFile: sources.readFile, onChange, log });

  const app = await starting.catch((error: unknown) => {
    note(`Tollgate could not start: ${sentenceOf(error)}`);
    process.exit(1);
  });
  await stopWanted;
  watch.close();
  await app.stop();
  log.info("Tollgate has stopped");
  process.exit(0);
}

/** One line per problem as the configuration gives it: it begins with the name of the variable, or with file and line. */
function report(problems: readonly string[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [
    `Tollgate cannot start: the configuration has ${count}.`,
    ...problems,
    "See README.md, section Configuration; .env.example and tollgate.example.yml are there to be copied. " +
      "To try Tollgate without any of this: npm run demo",
  ].join("\n");
}
