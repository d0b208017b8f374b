import type { Client } from "pg";
import { errorCode } from "./problem.ts";

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
