import { type Kysely, sql } from "kysely";
import { MINUTE_MS } from "../detection/fold.ts";
import type { Clock } from "../lib/clock.ts";
import type { SignalStore } from "../workflow/ports.ts";
import { bucketsSince } from "./buckets.ts";
import type { Database } from "./database.ts";
import { fold } from "./fold.ts";
import { createKeep } from "./keep.ts";
import type { Schema } from "./schema.ts";

interface Parts {
  readonly request: Database;
  readonly background: Database;
  readonly clock: Clock;
}

/** Event Streams repeats for hours, a replay of an old webhook may come much later. */
const DELIVERY_KEPT_MS = 400 * 24 * 60 * 60_000;
const READING_KEPT_MS = 2 * 24 * 60 * 60_000;
const READING_KEYS = ["usage:", "traffic:", "conversion:"];
/** Deleted at once: more would hold locks for long. */
const FORGOTTEN_AT_ONCE = 10_000;

export function createSignalStore({ request, background, clock }: Parts): SignalStore {
  const { db } = background;
  return {
    keep: createKeep(request),
    fold: (accountSid, atMs) => fold(db, accountSid, atMs),
    bucketsSince: (accountSid, sinceMs, changesSinceMs) => bucketsSince(db, accountSid, sinceMs, changesSinceMs),

    async pendingAccounts() {
      const rows = await db
        .selectFrom("signal")
        .select("account_sid")
        .distinct()
        .where("is_folded", "=", false)
        .execute();
      return rows.map((row) => row.account_sid);
    },

    async forgetBefore(atMs) {
      // Signals that were never folded stay: nobody has looked at them yet.
      await forget(db, "signal", sql`is_folded and received_at_ms < ${atMs}`);
      await forget(db, "bucket", sql`minute < ${minuteOf(atMs)}`);
      await forget(db, "observation", sql`at_ms < ${atMs}`);
      await forget(db, "preview", sql`taken_at_ms < ${atMs}`);
      await forget(db, "seen_number", sql`at_ms < ${atMs}`);
      await forget(db, "number_line", sql`at_ms < ${atMs}`);
      await forget(db, "picture", sql`wanted_until_ms < ${atMs}`);
      await forget(db, "sink_test", sql`at_ms < ${atMs}`);
      await forget(db, "delivery", sql`received_at_ms < ${clock.now() - DELIVERY_KEPT_MS}`);
      // Our own readings are many and never sent again.
      const longAgoMs = clock.now() - READING_KEPT_MS;
      await forget(db, "delivery", sql`received_at_ms < ${longAgoMs} and source_key ^@ any(${READING_KEYS}::text[])`);
      await forget(db, "bucket", sql`minute < ${minuteOf(longAgoMs)} and series ^@ 'reading:'`);
    },
  };
}

/** A bucket is of one minute, so that what lies in it is as old as that. */
function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

async function forget(db: Kysely<Schema>, table: keyof Schema, which: ReturnType<typeof sql>): Promise<void> {
  for (;;) {
    const { numAffectedRows = 0n } = await sql`delete from ${sql.table(table)} where ctid = any(array(
      select ctid from ${sql.table(table)} where ${which} limit ${FORGOTTEN_AT_ONCE}))`.execute(db);
    if (numAffectedRows < BigInt(FORGOTTEN_AT_ONCE)) return;
  }
}
