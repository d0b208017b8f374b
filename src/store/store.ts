import { type Clock, systemClock } from "../lib/clock.ts";
import { orLate } from "../lib/deadline.ts";
import type { Log } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import type { Store } from "../workflow/ports.ts";
import { createAuditStore } from "./audit.ts";
import { createBaselineStore } from "./baselines.ts";
import { buildIndexes, type IndexBuild } from "./build-indexes.ts";
import { createConversationStore } from "./conversations.ts";
import { type Connection, openDatabase } from "./database.ts";
import { createEventStore } from "./events.ts";
import { createIncidentIndex } from "./incidents.ts";
import { indexes } from "./indexes.ts";
import { createWithLock } from "./lock.ts";
import { createMessageStore } from "./messages.ts";
import { migrate } from "./migrate.ts";
import { createNumberStore } from "./numbers.ts";
import { createObservationStore } from "./observations.ts";
import { createOutbox } from "./outbox.ts";
import { createPictureStore } from "./pictures.ts";
import { createPollStore } from "./polls.ts";
import { createPreviewStore } from "./previews.ts";
import { checkDurability } from "./safety.ts";
import { createSetupStore } from "./setup.ts";
import { createSignalStore } from "./signals.ts";
import { createSilenceIndex } from "./silences.ts";

export interface StoreOptions {
  readonly connection: Connection;
  readonly auditKey: Secret;
  readonly log: Log;
  /** Warn of a server that may lose what it acknowledged, instead of refusing it. */
  readonly allowUnsafe?: boolean;
  readonly clock?: Clock;
}

/** Connects, checks that PostgreSQL keeps what it acknowledges, and migrates. Throws `Fault`. */
export async function createStore(options: StoreOptions): Promise<Store> {
  const { connection, auditKey, log, allowUnsafe = false, clock = systemClock } = options;
  const indexBuild = await prepare(connection, allowUnsafe, log);
  const background = openDatabase(connection, "background", log);
  const request = openDatabase(connection, "request", log);
  const lock = openDatabase(connection, "lock", log);
  let closed: Promise<unknown> | undefined;
  return {
    events: createEventStore({ database: request, key: auditKey, clock }),
    incidents: createIncidentIndex(request),
    silences: createSilenceIndex(request),
    conversations: createConversationStore(request),
    signals: createSignalStore({ request, background, clock }),
    observations: createObservationStore(request),
    polls: createPollStore(background),
    baselines: createBaselineStore(background),
    pictures: createPictureStore(request),
    setup: createSetupStore(request),
    numbers: createNumberStore(request),
    previews: createPreviewStore(request),
    messages: createMessageStore(request),
    outbox: createOutbox(request),
    audit: createAuditStore(request),
    withLock: createWithLock(lock),
    async ping() {
      await request.run("update heartbeat set count = count + 1", [], "ping");
    },
    async close() {
      closed ??= Promise.all([indexBuild.stop(), request.end(), lock.end(), background.end()]);
      await closed;
    },
  };
}

/** Signals must not wait for an index over years of records: what takes longer goes on beside everything else. */
const WAIT_FOR_INDEXES_MS = 2_000;

async function prepare(connection: Connection, allowUnsafe: boolean, log: Log): Promise<IndexBuild> {
  const migration = openDatabase(connection, "migration", log);
  try {
    await checkDurability(migration.db, allowUnsafe, log);
    const isOurs = await migrate(migration.db, log);
    const build = buildIndexes(migration, isOurs ? indexes : [], log);
    await orLate(build.done, WAIT_FOR_INDEXES_MS);
    return build;
  } catch (error) {
    await migration.end();
    throw error;
  }
}
