import { type Selectable, sql } from "kysely";
import type { Outbox, Todo, Waiting } from "../workflow/ports.ts";
import type { Database } from "./database.ts";
import type { Schema } from "./schema.ts";
import { mergeWishes, missingStatement, wishStatement } from "./wish.ts";

/** A row that was handed over this far in the future was handed over before the clock was set back. */
const CLOCK_DIFFERENCE_MS = 60_000;

/** What is read in its own time never stands in the way of what people wait for; one that was wished for at once is waited for. */
const READINGS: readonly string[] = ["poll", "learn", "upkeep", "draw"];
const IS_READING = `(job in (${READINGS.map((job) => `'${job}'`).join(", ")}) and due_at_ms is not null)`;

function isReading({ job, dueAtMs }: Todo): boolean {
  return READINGS.includes(job) && dueAtMs !== null;
}

/** By the first wish for it; readings, which come again for ever, by when they are due, or the same ones would always come first. */
const FROM_MS = `case when ${IS_READING} then due_at_ms else since_ms end`;

function fromMs(todo: Todo): number {
  return isReading(todo) ? (todo.dueAtMs ?? todo.sinceMs) : todo.sinceMs;
}

const TAKE_DUE = `
  with due as (
    select job, key from outbox
    where (due_at_ms is null or due_at_ms <= $1)
      and (handed_at_ms is null or handed_at_ms <= $1 - $2::bigint or handed_at_ms > $1 + ${CLOCK_DIFFERENCE_MS})
    order by ${IS_READING}, ${FROM_MS} limit $3 for update skip locked
  )
  update outbox set handed_at_ms = $1 from due where outbox.job = due.job and outbox.key = due.key
  returning outbox.job, outbox.key, due_at_ms, wanted, since_ms, attempts`;

/**
 * Late from the first wish, however often it was tried since. Except what comes back on purpose: an incident is observed again
 * and again, records are read again and again, and pictures are taken back at last, so that these are late only from when they are due.
 */
const OLDEST = `
  select job, platform, max($1 - late_from_ms) as ms
  from (
    select
      job,
      case when job in ('notify', 'record') then split_part(key, '.', 1) end as platform,
      case when job in ('observe', 'expire', 'lapse', 'remind', 'poll', 'learn', 'upkeep', 'draw') then coalesce(due_at_ms, since_ms) else since_ms end as late_from_ms
    from outbox
  ) as waiting
  where late_from_ms < $1
  group by job, platform`;

export function createOutbox(database: Database): Outbox {
  const { db } = database;
  return {
    async takeDue(nowMs, leaseMs, limit) {
      const rows = await database.run<OutboxRow>(TAKE_DUE, [nowMs, leaseMs, limit], "take-due");
      return rows
        .map(toTodo)
        .sort((one, other) => Number(isReading(one)) - Number(isReading(other)) || fromMs(one) - fromMs(other));
    },

    async add(followUp, nowMs) {
      const wishes = JSON.stringify(mergeWishes([followUp]));
      await database.run(wishStatement("$1", "$2::bigint"), [wishes, nowMs], "wish");
    },

    async addMissing(followUps, nowMs) {
      const wishes = JSON.stringify(mergeWishes(followUps));
      await database.run(missingStatement("$1", "$2::bigint"), [wishes, nowMs], "wish-missing");
    },

    async load(job, key) {
      const row = await db
        .selectFrom("outbox")
        .selectAll()
        .where("job", "=", job)
        .where("key", "=", key)
        .executeTakeFirst();
      return row === undefined ? null : toTodo(row);
    },

    async complete({ job, key, wanted }) {
      const done = await db
        .deleteFrom("outbox")
        .where("job", "=", job)
        .where("key", "=", key)
        .where("wanted", "=", wanted)
        .executeTakeFirst();
      if (done.numDeletedRows === 1n) return "gone";
      const again = await db
        .updateTable("outbox")
        .set({ due_at_ms: null, since_ms: sql`wished_at_ms`, attempts: 0, handed_at_ms: null })
        .where("job", "=", job)
        .where("key", "=", key)
        .executeTakeFirst();
      return again.numUpdatedRows === 1n ? "again" : "gone";
    },

    async postpone({ job, key, wanted }, dueAtMs) {
      await db
        .updateTable("outbox")
        .set({
          // What was wished for meanwhile may be the very thing that this waits for.
          due_at_ms: sql`case when wanted = ${wanted} then ${dueAtMs}::bigint end`,
          attempts: sql`attempts + 1`,
          handed_at_ms: null,
        })
        .where("job", "=", job)
        .where("key", "=", key)
        .execute();
    },

    oldest: (nowMs) => database.run<Waiting>(OLDEST, [nowMs], "outbox-oldest"),
  };
}

type OutboxRow = Pick<Selectable<Schema["outbox"]>, "job" | "key" | "due_at_ms" | "wanted" | "since_ms" | "attempts">;

function toTodo(row: OutboxRow): Todo {
  return {
    job: row.job,
    key: row.key,
    dueAtMs: row.due_at_ms,
    wanted: row.wanted,
    sinceMs: row.since_ms,
    attempts: row.attempts,
  };
}
