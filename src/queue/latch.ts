/** Milliseconds between two runs of one key: four a second. */
const LATCH_MS = 250;

export interface Latch<Key extends string> {
  /** Runs at once when this key has not run for a while, else once at the end of its wait. */
  trigger(key: Key): void;
  close(): void;
}

interface LatchOptions<Key extends string> {
  readonly run: (key: Key) => void;
  readonly everyMs?: number;
  /** Calls back once after so many milliseconds; answers how to call it off. */
  readonly after?: (ms: number, then: () => void) => () => void;
}

/**
 * Lets the first of a burst through at once and the rest as at most four a second, the last one always included. Even a job that the
 * queue already has costs a round trip, and on PostgreSQL an event and a NOTIFY.
 *
 * idle --trigger (run)--> waiting --trigger--> waiting, wanted --time is up (run)--> waiting
 *                            '------time is up------> idle
 */
export function createLatch<Key extends string>({
  run,
  everyMs = LATCH_MS,
  after = afterTimeout,
}: LatchOptions<Key>): Latch<Key> {
  const waiting = new Map<Key, { isWanted: boolean; callOff: () => void }>();

  function runAndWait(key: Key): void {
    waiting.set(key, { isWanted: false, callOff: after(everyMs, () => timeIsUp(key)) });
    run(key);
  }

  function timeIsUp(key: Key): void {
    if (waiting.get(key)?.isWanted === true) runAndWait(key);
    else waiting.delete(key);
  }

  return {
    trigger(key) {
      const state = waiting.get(key);
      if (state === undefined) runAndWait(key);
      else state.isWanted = true;
    },
    close() {
      for (const { callOff } of waiting.values()) callOff();
      waiting.clear();
    },
  };
}

function afterTimeout(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}
