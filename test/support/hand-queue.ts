import { Fault } from "../../src/lib/fault.ts";
import { JOBS, type JobName, type JobQueue } from "../../src/workflow/ports.ts";

/** A queue that works when it is told to, in the order in which jobs came; a job that waits already is not added twice. */
export interface HandQueue extends JobQueue {
  readonly waiting: readonly { readonly job: JobName; readonly key: string }[];
  /** Works until nothing waits. */
  work(): Promise<void>;
  /** Loses everything that waits, as a Redis that was restarted empty does. */
  lose(): void;
  /** Refuses every job, or takes them again. */
  setDown(isDown: boolean): void;
}

export function createHandQueue(): HandQueue {
  let waiting: { readonly job: JobName; readonly key: string }[] = [];
  let handle: ((job: JobName, key: string) => Promise<void>) | undefined;
  let isDown = false;
  return {
    get waiting() {
      return waiting;
    },
    async add(job, key) {
      if (isDown) throw new Fault("unavailable", "the queue is down");
      if (!JOBS.includes(job)) throw new Error(`no lane for ${job}`);
      if (!waiting.some((other) => other.job === job && other.key === key)) waiting.push({ job, key });
    },
    async start(work) {
      handle = work;
    },
    async work() {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await handle?.(next.job, next.key);
    },
    lose() {
      waiting = [];
    },
    setDown(down) {
      isDown = down;
    },
    async ping() {},
    async close() {},
  };
}
