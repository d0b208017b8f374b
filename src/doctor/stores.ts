import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "../audit/envelope.ts";
import { verifyRecords } from "../audit/verify.ts";
import type { Config } from "../config.ts";
import { isFault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import { openAuditRecords } from "../store/audit.ts";
import { openDatabase } from "../store/database.ts";
import { findBinaries } from "../store/embedded/binaries.ts";
import { attachDatabase, type OpenDatabase } from "../store/open.ts";
import { checkDurability } from "../store/safety.ts";
import { type Finding, missing, ok } from "./contract.ts";
import { reasonOf } from "./examine.ts";
import { folderProblem } from "./folder.ts";
import { createHeard } from "./heard.ts";

type StoreEnvironment = Config["environment"]["store"];

const CLOSE_WITHIN_MS = 1_000;

/** PostgreSQL, the key of the audit record, and Redis, as they are refused or warned of at the start. */
export async function* lookAtStores(store: StoreEnvironment): AsyncGenerator<Finding> {
  yield* lookAtDatabase(store);
  if (store.redisUrl !== undefined) yield* lookAtRedis(store.redisUrl, store.allowUnsafeStores);
}

async function* lookAtDatabase(store: StoreEnvironment): AsyncGenerator<Finding> {
  const { dataDir } = store;
  const name = store.databaseUrl === undefined ? `The embedded PostgreSQL in ${dataDir}` : "DATABASE_URL";
  if (store.databaseUrl === undefined && !existsSync(join(dataDir, "postgres"))) {
    yield await beforeTheFirstStart(dataDir);
    return;
  }
  const { log, findings } = createHeard();
  let open: OpenDatabase;
  try {
    open = await attachDatabase({ ...store, log });
  } catch (error) {
    yield missing(`${name}: ${reasonOf(error)}.`);
    return;
  }
  try {
    yield await durability(open, store, name, log);
    yield* findings();
    yield await auditKey(open, log);
  } finally {
    await open.close();
  }
}

/** Nothing is made here: who starts Tollgate may be another user. */
async function beforeTheFirstStart(dataDir: string): Promise<Finding> {
  try {
    await findBinaries();
  } catch (error) {
    return missing(`${reasonOf(error)}.`);
  }
  const problem = await folderProblem(dataDir);
  return problem === null
    ? ok(`DATA_DIR: ${dataDir} holds no data yet; the first start makes a PostgreSQL and an audit key there.`)
    : missing(`DATA_DIR: no PostgreSQL can be made in ${dataDir}: ${problem}.`);
}

async function durability(open: OpenDatabase, store: StoreEnvironment, name: string, log: Log): Promise<Finding> {
  const database = openDatabase(open.connection, "background", log);
  try {
    await checkDurability(database.db, store.allowUnsafeStores, log);
    return ok(`${name} answers, and keeps what it acknowledges.`);
  } catch (error) {
    return missing(`${name}: ${reasonOf(error)}.`);
  } finally {
    await database.end();
  }
}

/** The first record alone tells whether this is the key of the record. `audit verify` looks at all of them. */
async function auditKey(open: OpenDatabase, log: Log): Promise<Finding> {
  const records = openAuditRecords(open.connection, log);
  try {
    const verified = await verifyRecords(firstOf(records.records()), open.auditKey);
    if (!verified.ok) {
      return missing(
        "The audit key does not fit the record: set AUDIT_KEY (or DATA_DIR/audit-key) to the one that it was begun with.",
      );
    }
    return ok(verified.count === 0 ? "There is an audit key, and no record yet." : "The audit key fits the record.");
  } catch (error) {
    // No start has made the tables yet.
    if (isFault(error, "not-found")) return ok("There is an audit key; the first start makes the tables.");
    return missing(`The audit record could not be read: ${reasonOf(error)}.`);
  } finally {
    await records.close();
  }
}

async function* firstOf(records: AsyncIterable<AuditRecord>): AsyncGenerator<AuditRecord> {
  for await (const record of records) {
    yield record;
    return;
  }
}

async function* lookAtRedis(redisUrl: Secret, allowUnsafe: boolean): AsyncGenerator<Finding> {
  const { log, findings } = createHeard();
  try {
    // Loaded only now: few have a Redis.
    const { createQueue } = await import("../queue/queue.ts");
    const queue = await createQueue({ backend: { redisUrl }, allowUnsafe, log });
    try {
      await queue.ping();
    } finally {
      await queue.close(CLOSE_WITHIN_MS);
    }
    yield* findings();
    yield ok("REDIS_URL answers, and throws no job away.");
  } catch (error) {
    yield missing(`REDIS_URL: ${reasonOf(error)}.`);
  }
}
