import { bodyOf } from "../audit/body.ts";
import type { Clock } from "../lib/clock.ts";
import type { Secret } from "../lib/secret.ts";
import type { EventStore, StoredEvent } from "../workflow/ports.ts";
import { append } from "./append.ts";
import { createBatch } from "./batch.ts";
import type { Database } from "./database.ts";

interface Parts {
  readonly database: Database;
  readonly key: Secret;
  readonly clock: Clock;
}

/** From the call to the answer, waiting for others included: a click must be answered within a second. */
const APPEND_BUDGET_MS = 900;
const MOST_CHANGES_IN_ONE_COMMIT = 200;

const LOAD = `
  select head.at_ms, record.sequence, record.stream, record.version, record.body, record.mac
  from audit_head head left join audit_record record on record.stream = $1 and record.version is not null
  order by record.version`;

interface LoadedRow {
  readonly at_ms: number;
  readonly sequence: number | null;
  readonly stream: string;
  readonly version: number;
  readonly body: string;
  readonly mac: string;
}

export function createEventStore({ database, key, clock }: Parts): EventStore {
  const appended = createBatch({
    flush: (changes: Parameters<typeof append>[3], budgetMs) => append(database, key, clock, changes, budgetMs),
    budgetMs: APPEND_BUDGET_MS,
    mostItems: MOST_CHANGES_IN_ONE_COMMIT,
  });

  return {
    append: (change) => appended(change),

    async load(stream) {
      const rows = await database.run<LoadedRow>(LOAD, [stream], "load-stream");
      const events = rows.flatMap((row): readonly StoredEvent[] => {
        // The head's row alone: the stream has no event.
        if (row.sequence === null) return [];
        const { atMs, type, data } = bodyOf({ ...row, sequence: row.sequence });
        return [{ sequence: row.sequence, version: row.version, atMs, type, data }];
      });
      return { events, newestAtMs: rows[0]?.at_ms ?? 0 };
    },

    async newestSequence(streams) {
      const [row] = await database.run<{ newest: number | null }>(
        "select max(sequence) as newest from audit_record where stream = any($1::text[]) and version is not null",
        [[...streams]],
        "newest-sequence",
      );
      return row?.newest ?? 0;
    },
  };
}
