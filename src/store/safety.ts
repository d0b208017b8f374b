import { type Kysely, sql } from "kysely";
import { Fault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { Schema } from "./schema.ts";

/** Settings under which PostgreSQL says "stored" before it is. */
const UNSAFE = { fsync: "off", synchronous_commit: "off" } as const;

/** Refuses a server that may lose what it acknowledged, unless the operator allows it. Throws `Fault` of kind `rejected`. */
export async function checkDurability(db: Kysely<Schema>, allowUnsafe: boolean, log: Log): Promise<void> {
  const { rows } = await sql<{
    fsync: string;
    synchronous_commit: string;
  }>`select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit`.execute(db);
  const settings = rows[0];
  if (settings === undefined) return;
  const unsafe = (["fsync", "synchronous_commit"] as const).filter((name) => settings[name] === UNSAFE[name]);
  if (unsafe.length === 0) return;
  const named = unsafe.map((name) => `${name}=off`).join(" and ");
  if (!allowUnsafe)
    throw new Fault(
      "rejected",
      `PostgreSQL runs with ${named}: it may lose acknowledged records. Turn it on, or set ALLOW_UNSAFE_STORES=1`,
    );
  log.warn({ reason: named }, "PostgreSQL may lose acknowledged records; ALLOW_UNSAFE_STORES permits it");
}
