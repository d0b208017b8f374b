import type { Log } from "../lib/log.ts";

const STOP_WITHIN_MS = 10_000;
/** Ctrl-C below npm comes twice: from the terminal, and again from npm, which passes it on. */
const SAME_SIGNAL_MS = 1_000;

/** Resolves at the first SIGTERM or SIGINT. A second one ends the process at once, and so do ten seconds without an end. */
export function stopSignal(log: Log): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    function stop(): void {
      if (firstAt === undefined) {
        firstAt = performance.now();
        log.info("stopping: finishing what is under way");
        setTimeout(() => {
          log.error({ ms: STOP_WITHIN_MS }, "not everything ended in time, the rest goes on at the next start");
          process.exit(1);
        }, STOP_WITHIN_MS).unref();
        resolve();
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(1);
    }
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });
}

/** A bug ends the process, with its message alone: raw errors of libraries carry requests and credentials. */
export function crashLoudly(log: Log): void {
  function crash(error: unknown): void {
    log.fatal({ err: error }, "Tollgate met an error that it does not know, and ends");
    process.exit(1);
  }
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}
