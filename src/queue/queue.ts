import { setTimeout as pause } from "node:timers/promises";
import type { PoolConfig } from "pg";
import type { Log } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import { JOBS_AT_A_TIME } from "../workflow/job.ts";
import type { JobQueue } from "../workflow/ports.ts";
import type { Backend, Working } from "./backend.ts";
import { laneOf } from "./catalogue.ts";
import { createPostgresBackend } from "./postgres.ts";
import { createRedisBackend } from "./redis.ts";

export interface QueueOptions {
  /**
   * Redis, or the database in which our own tables are. `isAlone`: no other process works on it, so whatever it holds at the
   * start was left by a dead one and is thrown away. Default false.
   */
  readonly backend: { readonly redisUrl: Secret } | { readonly connection: PoolConfig; readonly isAlone?: boolean };
  readonly log: Log;
  /** Jobs of one lane at a time, in this process. Default `JOBS_AT_A_TIME`. */
  readonly concurrency?: number;
  /** Warn of a Redis that may drop jobs, instead of refusing it. */
  readonly allowUnsafe?: boolean;
  /** Tells installations apart that share a store. Default `tollgate`. */
  readonly prefix?: string;
}

const ABANDON_WITHIN_MS = 500;

/** Connects. Redis may be down: then jobs are late. Throws a `Fault` when the store is unsafe, or when PostgreSQL is down. */
export async function createQueue(options: QueueOptions): Promise<JobQueue> {
  const { log, concurrency = JOBS_AT_A_TIME, allowUnsafe = false, prefix = "tollgate" } = options;
  const backend: Backend =
    "redisUrl" in options.backend
      ? await createRedisBackend({ url: options.backend.redisUrl, prefix, concurrency, allowUnsafe, log })
      : await createPostgresBackend({ isAlone: false, ...options.backend, prefix, concurrency, log });
  let working: readonly Working[] = [];
  let closed: Promise<void> | undefined;
  return {
    async add(job, key, isRoutine = false) {
      await backend.add(laneOf({ job, key }), { job, key }, isRoutine);
    },

    async start(handle) {
      working = await backend.work(async ({ job, key }) => {
        try {
          await handle(job, key);
        } catch (error) {
          log.error({ job, jobId: key, err: error }, "a job's handler rejected, which it never should");
        }
      });
    },

    ping: () => backend.ping(),

    close(graceMs) {
      closed ??= close(graceMs);
      return closed;
    },
  };

  async function close(graceMs: number): Promise<void> {
    const stopped = new AbortController();
    const drained = Promise.allSettled(working.map((worker) => worker.drain())).then(() => "drained" as const);
    const outcome = await Promise.race([
      drained,
      pause(graceMs, "late" as const, { signal: stopped.signal, ref: false }),
    ]);
    stopped.abort();
    if (outcome === "late") {
      log.warn({ ms: graceMs }, "jobs were still active at the end; another process takes them");
      const abandoned = Promise.allSettled(working.map((worker) => worker.abandon()));
      await Promise.race([abandoned, pause(ABANDON_WITHIN_MS, undefined, { ref: false })]);
    }
    await Promise.race([backend.close(), pause(ABANDON_WITHIN_MS, undefined, { ref: false })]);
  }
}
