import { GENESIS, type Head } from "../audit/chain.ts";
import type { AuditRecord } from "../audit/envelope.ts";
import type { Log } from "../lib/log.ts";
import type { AuditStore } from "../workflow/ports.ts";
import { searchAudit } from "./audit-search.ts";
import { type Connection, type Database, openDatabase } from "./database.ts";

export function createAuditStore(database: Database): AuditStore {
  const { db } = database;
  return {
    after: (sequence, limit) => recordsAfter(database, sequence, limit),

    search: (about, limit) => searchAudit(database, about, limit),

    async beginAt(platform, sequence) {
      await db
        .insertInto("audit_posted")
        .values({ platform, up_to: sequence, begun_up_to: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    head: () => readHead(database),

    async posted(platform) {
      const row = await db
        .selectFrom("audit_posted")
        .select(["up_to", "begun_up_to", "begun_at_ms"])
        .where("platform", "=", platform)
        .executeTakeFirst();
      return { upTo: row?.up_to ?? 0, begunUpTo: row?.begun_up_to ?? null, begunAtMs: row?.begun_at_ms ?? 0 };
    },

    async beginPost(platform, upTo, atMs) {
      await db
        .insertInto("audit_posted")
        .values({ platform, up_to: 0, begun_up_to: upTo, begun_at_ms: atMs })
        .onConflict((conflict) => conflict.column("platform").doUpdateSet({ begun_up_to: upTo, begun_at_ms: atMs }))
        .execute();
    },

    async cancelPost(platform) {
      await db.updateTable("audit_posted").set({ begun_up_to: null }).where("platform", "=", platform).execute();
    },

    async markPosted(platform, upTo) {
      await db
        .insertInto("audit_posted")
        .values({ platform, up_to: upTo, begun_up_to: null })
        .onConflict((conflict) =>
          conflict
            .column("platform")
            .doUpdateSet({ up_to: upTo, begun_up_to: null })
            .whereRef("audit_posted.up_to", "<=", "excluded.up_to"),
        )
        .execute();
    },
  };
}

const RECORDS_AFTER = `
  select sequence, stream, version, body, mac from audit_record where sequence > $1 order by sequence limit $2`;

function recordsAfter(database: Database, sequence: number, limit: number): Promise<readonly AuditRecord[]> {
  return database.run<AuditRecord>(RECORDS_AFTER, [sequence, limit], "records-after");
}

async function readHead({ db }: Database): Promise<Head> {
  const head = await db.selectFrom("audit_head").select(["sequence", "mac"]).executeTakeFirst();
  return head ?? GENESIS;
}

/** Few enough for constant memory, many enough to be quick. */
const READ_AT_ONCE = 1_000;

/** The records alone, for `audit verify` and `audit export`: nothing is migrated and nothing written. */
export function openAuditRecords(
  connection: Connection,
  log: Log,
): {
  /** From the first to the newest. Throws `Fault`: `not-found` when the database holds no records of Tollgate's. */
  records(): AsyncIterable<AuditRecord>;
  /** The newest record as the store remembers it apart from the records: shows that the newest of them were deleted. */
  head(): Promise<Head>;
  close(): Promise<void>;
} {
  const database = openDatabase(connection, "background", log);
  return { records: () => everyRecord(database), head: () => readHead(database), close: () => database.end() };
}

async function* everyRecord(database: Database): AsyncGenerator<AuditRecord> {
  let last: number = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const records = await recordsAfter(database, last, READ_AT_ONCE);
    yield* records;
    const newest = records.at(-1);
    if (newest === undefined || records.length < READ_AT_ONCE) return;
    last = newest.sequence;
  }
}
