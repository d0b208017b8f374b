import { setTimeout as pause } from "node:timers/promises";
import { type Config, platformNames } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import { SETUP_LOCK } from "../setup/applied.ts";
import { attachDatabase } from "../store/open.ts";
import { createStore } from "../store/store.ts";
import { createExecutor, type Executor } from "../workflow/execute.ts";
import type { Store } from "../workflow/ports.ts";
import { hasDatabase } from "./setup-world.ts";

const LOCK_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 300;

interface Parts {
  readonly config: Config;
  readonly log: Log;
  readonly waiting: (what: string) => void;
}

/** Changes what is remembered of the set-up, while no other set-up and no upkeep is at work. Throws a `Fault` before the first start. */
export async function withSetupStore<Answer>(
  { config, log, waiting }: Parts,
  work: (store: Store, executor: Executor) => Promise<Answer>,
): Promise<Answer> {
  const { store: storeEnvironment } = config.environment;
  if (!hasDatabase(storeEnvironment)) {
    throw new Fault(
      "not-found",
      `there is no Tollgate data in ${storeEnvironment.dataDir}: set DATA_DIR to what Tollgate runs with, or start it first.`,
    );
  }
  const open = await attachDatabase({ ...storeEnvironment, log });
  try {
    const { connection, auditKey } = open;
    const store = await createStore({ connection, auditKey, log, allowUnsafe: storeEnvironment.allowUnsafeStores });
    try {
      return await withSetupLock(store, waiting, () => work(store, createRecorder(store, config, log)));
    } finally {
      await store.close();
    }
  } finally {
    await open.close();
  }
}

function createRecorder(store: Store, { environment }: Config, log: Log): Executor {
  return createExecutor({
    events: store.events,
    clock: systemClock,
    log,
    afterEveryRecord: platformNames(environment).map((platform) => ({ job: "record", key: platform, dueAtMs: null })),
    // The Tollgate that runs finds them in the outbox within a second.
    onFollowUps: () => {},
  });
}

async function withSetupLock<Answer>(
  store: Store,
  waiting: (what: string) => void,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const endMs = systemClock.now() + LOCK_WITHIN_MS;
  for (let tries = 1; ; tries += 1) {
    const locked = await store.withLock(SETUP_LOCK, work);
    if (locked.held) return locked.answer;
    if (systemClock.now() > endMs) {
      throw new Fault(
        "unavailable",
        "another set-up or Tollgate's own upkeep has been at work for a minute: try again later.",
      );
    }
    if (tries === 1) waiting("waiting for another set-up, or the upkeep, to finish");
    await pause(LOOK_EVERY_MS);
  }
}
