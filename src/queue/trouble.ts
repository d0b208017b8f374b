import type { Log } from "../lib/log.ts";

/** A store that is down makes BullMQ report the same error many times a second. */
const SAY_AGAIN_AFTER_MS = 10_000;

export interface TroubleLog {
  (error: Error): void;
  /** From now on nothing is trouble: connections that are being closed may still hear that their server stops. */
  end(): void;
}

/** Listens to BullMQ's errors: unheard they would end the process, and each of them would fill the log. */
export function createTroubleLog(log: Log, backend: "redis" | "postgres"): TroubleLog {
  let saidAt = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  let isOver = false;
  const hear = (error: Error): void => {
    if (isOver) return;
    if (performance.now() - saidAt < SAY_AGAIN_AFTER_MS) {
      unsaid += 1;
      return;
    }
    log.warn({ backend, err: error, count: unsaid }, "the queue has trouble; jobs are late until it is over");
    saidAt = performance.now();
    unsaid = 0;
  };
  return Object.assign(hear, {
    end: () => {
      isOver = true;
    },
  });
}
