import { Client } from "pg";
import { COMMON_DATABASE } from "./knock.ts";
import { errorCode } from "./problem.ts";
import type { EmbeddedServer } from "./server.ts";

export const DATABASE = "tollgate";

/** https://www.postgresql.org/docs/18/errcodes-appendix.html: duplicate_database, and unique_violation in its catalogue */
const MADE_MEANWHILE = new Set(["42P04", "23505"]);

/** Makes Tollgate's database when it is absent; two may do this at the same moment. */
export async function ensureDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query("select from pg_database where datname = $1", [DATABASE]);
  if (rowCount !== 0) return;
  try {
    await client.query(`create database ${DATABASE}`);
  } catch (error) {
    if (!MADE_MEANWHILE.has(errorCode(error) ?? "")) throw error;
  }
}

/**
 * Throws away all data and leaves an empty database, for a demo that begins anew. Only once the folder is owned: deleting the
 * files instead could delete them below another Tollgate that works there.
 */
export async function emptyDatabase({ connection }: Pick<EmbeddedServer, "connection">): Promise<void> {
  const client = new Client({ ...connection, database: COMMON_DATABASE });
  await client.connect();
  try {
    await client.query(`drop database if exists ${DATABASE} with (force)`);
    await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
