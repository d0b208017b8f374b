import type { Clock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { PictureStore } from "./picture-store.ts";
import type { JobQueue, Outbox, SignalStore } from "./ports.ts";

interface Parts {
  readonly outbox: Outbox;
  readonly signals: SignalStore;
  readonly pictures: Pick<PictureStore, "forgetBefore">;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly retentionMs: () => number;
}

const SWEEP_EVERY_MS = 1_000;
/** A follow-up that was handed to the queue and is still there after this long was lost by it, or its worker died. */
const LEASE_MS = 5_000;
const MOST_PER_SWEEP = 500;
const LOOK_FOR_SIGNALS_EVERY_MS = 5_000;
const FORGET_EVERY_MS = 60 * 60_000;
/** A picture that no message shows was an answer, or a card has a newer one. */
const KEEP_PICTURES_MS = 24 * 60 * 60_000;

export interface Sweep {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Finds what is due and not in the queue: timers, retries, and whatever Redis or a killed process lost. Everything that is
 * pending can be rebuilt from PostgreSQL, and this is what rebuilds it.
 */
export function createSweep({ outbox, signals, pictures, queue, clock, log, retentionMs }: Parts): Sweep {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let lookedForSignalsAtMs = 0;
  let forgetting: Promise<void> = Promise.resolve();
  let isForgetting = false;
  let forgetTimer: NodeJS.Timeout | undefined;
  let isDown = false;

  async function sweepOnce(leaseMs: number): Promise<void> {
    const nowMs = clock.now();
    for (const { job, key, dueAtMs } of await outbox.takeDue(nowMs, leaseMs, MOST_PER_SWEEP)) {
      try {
        // What had a time was not wished for by anybody at this moment.
        await queue.add(job, key, dueAtMs !== null);
      } catch (error) {
        // A queue that is down fails every row: enough for now. A job that only another version knows fails alone.
        if (error instanceof Fault) throw error;
        log.warn({ job, jobId: key, err: error }, "the queue does not take this job");
      }
    }
    // A clock that was set back must not put this off by as much.
    if (Math.abs(nowMs - lookedForSignalsAtMs) >= LOOK_FOR_SIGNALS_EVERY_MS) {
      lookedForSignalsAtMs = nowMs;
      for (const accountSid of await signals.pendingAccounts()) {
        await outbox.add({ job: "detect", key: accountSid, dueAtMs: null }, nowMs);
      }
    }
  }

  /** Beside the sweep, since it may take minutes after a storm, and timers must not wait for it. */
  function forgetOld(): void {
    if (isForgetting) return;
    isForgetting = true;
    const beforeMs = clock.now() - retentionMs();
    forgetting = signals
      .forgetBefore(beforeMs)
      .then(() => pictures.forgetBefore(beforeMs, clock.now() - KEEP_PICTURES_MS))
      .catch((error: unknown) => log.warn({ err: error }, "what is old could not be forgotten, will try again"))
      .finally(() => {
        isForgetting = false;
      });
  }

  async function guarded(leaseMs: number): Promise<void> {
    try {
      await sweepOnce(leaseMs);
      if (isDown) log.info("store and queue answer again");
      isDown = false;
    } catch (error) {
      if (!isDown) log.warn({ err: error }, "sweep failed, will go on trying every second");
      isDown = true;
    }
  }

  function next(): void {
    timer = setTimeout(() => {
      running = guarded(LEASE_MS).then(next);
    }, SWEEP_EVERY_MS);
  }

  return {
    /** The first sweep takes everything: whoever held a lease before this start may be dead. */
    async start() {
      await guarded(0);
      next();
      forgetTimer = setInterval(forgetOld, FORGET_EVERY_MS);
    },
    async stop() {
      clearInterval(forgetTimer);
      clearTimeout(timer);
      await running;
      clearTimeout(timer);
      await forgetting;
    },
  };
}
