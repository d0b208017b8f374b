import type { Kysely, Selectable } from "kysely";
import type { Bucket } from "../detection/contract.ts";
import { CHANGE_SERIES, MINUTE_MS } from "../detection/fold.ts";
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

/** Buckets whose minute is not over before this moment, and changes not over before the other; oldest first. */
export async function bucketsSince(
  db: Kysely<Schema>,
  accountSid: AccountSid,
  sinceMs: number,
  changesSinceMs = sinceMs,
): Promise<readonly Bucket[]> {
  const minute = Math.floor(sinceMs / MINUTE_MS);
  const changesMinute = Math.min(minute, Math.floor(changesSinceMs / MINUTE_MS));
  const rows = await db
    .selectFrom("bucket")
    .selectAll()
    .where("account_sid", "=", accountSid)
    .where("minute", ">=", changesMinute)
    .$if(changesMinute < minute, (query) =>
      query.where(({ eb, or }) => or([eb("minute", ">=", minute), eb("series", "like", `${CHANGE_SERIES}%`)])),
    )
    .orderBy("minute")
    .orderBy("series")
    .execute();
  return rows.map(toBucket);
}
