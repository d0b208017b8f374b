import type { Clock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { JobHandlers } from "./job.ts";
import type { FollowUp, JobName, JobQueue, Outbox } from "./ports.ts";

interface Parts {
  readonly outbox: Outbox;
  readonly queue: JobQueue;
  readonly handlers: JobHandlers;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** A chat platform that was down is caught up with this soon after it is back: people look at it. */
const LONGEST_RETRY_OF_CHAT_MS = 10_000;
/** A bug must not spin: its job comes back, but slowly. */
const RETRY_AFTER_BUG_MS = 10_000;

export interface Worker {
  /** What the queue calls. Never rejects: a job that failed stands in the outbox with a later time. */
  handle(job: JobName, key: string): Promise<void>;
  /** Hands follow-ups to the queue without waiting. One that does not arrive is found by the sweep. */
  hurry(followUps: readonly FollowUp[]): void;
}

/**
 * Works on follow-ups. The outbox says what is left to do; the queue only says when to look. So a job that comes twice, late
 * or for something long done does nothing, and a queue that lost everything loses nothing.
 */
export function createWorker({ outbox, queue, handlers, clock, log }: Parts): Worker {
  async function work(job: JobName, key: string): Promise<void> {
    const todo = await outbox.load(job, key);
    const nowMs = clock.now();
    if (todo === null || (todo.dueAtMs !== null && todo.dueAtMs > nowMs)) return;
    try {
      const result = await handlers[job](key, todo);
      if (result.kind === "later") await outbox.postpone(todo, result.atMs);
      else if ((await outbox.complete(todo)) === "again") await queue.add(job, key);
    } catch (error) {
      const waitMs = retryAfterMs(error, todo.attempts, job);
      if (error instanceof Fault)
        log.warn({ job, jobId: key, kind: error.kind, code: error.code, ms: waitMs }, "job failed, will come again");
      else log.error({ job, jobId: key, err: error, ms: waitMs }, "job met a bug, will come again");
      await outbox.postpone(todo, Math.round(clock.now() + waitMs));
    }
  }

  return {
    async handle(job, key) {
      try {
        await work(job, key);
      } catch (error) {
        // The store is down: the row stays as it is, and the sweep finds it when the store is back.
        log.error({ job, jobId: key, err: error }, "job could not be recorded");
      }
    },
    hurry(followUps) {
      for (const { job, key, dueAtMs } of followUps) {
        if (dueAtMs !== null) continue;
        queue.add(job, key).catch((error: unknown) => {
          log.debug({ job, jobId: key, err: error }, "queue did not take a job; the sweep will");
        });
      }
    },
  };
}

function retryAfterMs(error: unknown, attempts: number, job: JobName): number {
  if (!(error instanceof Fault)) return RETRY_AFTER_BUG_MS;
  const longestMs = job === "notify" || job === "record" ? LONGEST_RETRY_OF_CHAT_MS : LONGEST_RETRY_MS;
  return error.retryAfterMs ?? Math.min(longestMs, FIRST_RETRY_MS * 2 ** attempts);
}
