import { type Kysely, type Migration, Migrator, sql } from "kysely";
import { Fault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import { migrations } from "./migrations/index.ts";
import type { Schema } from "./schema.ts";

/**
 * Brings the tables up to date, under a lock that a second process waits for. Tables of a newer version are left as they are:
 * during a rolling restart an old process may start, or go on, beside a new one. Answers whether they are this version's.
 */
export async function migrate(
  db: Kysely<Schema>,
  log: Log,
  known: Readonly<Record<string, Migration>> = migrations,
): Promise<boolean> {
  if (await isNewer(db, log, known)) return false;
  const waiting = setInterval(() => log.warn({}, STILL_MIGRATING), SAY_SO_EVERY_MS);
  try {
    return await bringUpToDate(db, log, known);
  } finally {
    clearInterval(waiting);
  }
}

const SAY_SO_EVERY_MS = 15_000;
const STILL_MIGRATING =
  "the database is still being migrated: it waits for a moment in which nobody else uses its tables, e.g. for the end of a backup";

async function bringUpToDate(
  db: Kysely<Schema>,
  log: Log,
  known: Readonly<Record<string, Migration>>,
): Promise<boolean> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...known }) } });
  const { error, results } = await migrator.migrateToLatest();
  for (const { migrationName, status } of results ?? []) {
    if (status === "Success") log.info({ name: migrationName }, "database migrated");
  }
  // The new version may have migrated between our look and our try.
  if (error === undefined) return true;
  if (await isNewer(db, log, known)) return false;
  if (error instanceof Fault) throw error;
  throw new Fault(
    "rejected",
    `the database could not be migrated: ${error instanceof Error ? error.message : "unknown"}`,
    {
      cause: error,
    },
  );
}

async function isNewer(db: Kysely<Schema>, log: Log, known: Readonly<Record<string, Migration>>): Promise<boolean> {
  const { rows: tables } = await sql<{
    name: string | null;
  }>`select to_regclass('kysely_migration')::text as name`.execute(db);
  if (tables[0]?.name === null) return false;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const done = rows.map(({ name }) => name);
  const newest = done.findLast((name) => !Object.hasOwn(known, name));
  if (newest === undefined) return false;
  const missing = Object.keys(known).filter((name) => !done.includes(name));
  if (missing.length > 0)
    throw new Fault(
      "rejected",
      `the database was migrated by another version of Tollgate (${newest}) that does not know ${missing[0]} of this one: start the newest version`,
    );
  log.warn(
    { name: newest },
    "the database was migrated by a newer version of Tollgate; this older one goes on beside it",
  );
  return true;
}
