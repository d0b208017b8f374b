import type { Kysely, Selectable } from "kysely";
import type { Bucket } from "../detection/contract.ts";
import { CHANGE_SERIES, MINUTE_MS } from "../detection/fold.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Schema } from "./schema.ts";

/** The text after all that begins with `change:`. */
const AFTER_CHANGES = "change;";
/** Whoever changes things in a loop does not make every look at the account slower: the newest speak. */
const MOST_OLD_CHANGES = 2_000;

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
  const recent = await db
    .selectFrom("bucket")
    .selectAll()
    .where("account_sid", "=", accountSid)
    .where("minute", ">=", minute)
    .orderBy("minute")
    .orderBy("series")
    .execute();
  // Apart, so that it takes the index of changes and does not read everything else of a day.
  const changes =
    changesMinute === minute
      ? []
      : await db
          .selectFrom("bucket")
          .selectAll()
          .where("account_sid", "=", accountSid)
          .where("minute", ">=", changesMinute)
          .where("minute", "<", minute)
          .where("series", ">=", CHANGE_SERIES)
          .where("series", "<", AFTER_CHANGES)
          .orderBy("minute", "desc")
          .orderBy("series")
          .limit(MOST_OLD_CHANGES)
          .execute();
  return [...changes.reverse(), ...recent].map(toBucket);
}
