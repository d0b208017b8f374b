import type { Kysely, Selectable } from "kysely";
import type { Bucket } from "../detection/contract.ts";
import { MINUTE_MS } from "../detection/fold.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Schema } from "./schema.ts";

export function toBucket(row: Selectable<Schema["bucket"]>): Bucket {
  return {
    accountSid: row.account_sid,
    series: row.series,
    minute: row.minute,
    count: row.count,
    last: row.last,
    firstAtMs: row.first_at_ms,
    lastAtMs: row.last_at_ms,
  };
}

/** Buckets whose minute is not over before this moment, oldest first. */
export async function bucketsSince(
  db: Kysely<Schema>,
  accountSid: AccountSid,
  sinceMs: number,
): Promise<readonly Bucket[]> {
  const rows = await db
    .selectFrom("bucket")
    .selectAll()
    .where("account_sid", "=", accountSid)
    .where("minute", ">=", Math.floor(sinceMs / MINUTE_MS))
    .orderBy("minute")
    .orderBy("series")
    .execute();
  return rows.map(toBucket);
}
