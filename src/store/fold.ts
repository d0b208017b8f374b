import { CompiledQuery, type Kysely, type Selectable, sql, type Transaction } from "kysely";
import type { Bucket } from "../detection/contract.ts";
import { bucketKey, foldIntoBuckets, lookbackOf } from "../detection/fold.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Signal } from "../signal/contract.ts";
import { countingFrom, happenedAt } from "../signal/late.ts";
import { toBucket } from "./buckets.ts";
import type { Schema } from "./schema.ts";
import { mergeWishes, wishStatement } from "./wish.ts";

/** So many at once: a storm must not become one transaction that lasts for minutes. */
const MOST_SIGNALS_IN_ONE_FOLD = 5_000;

/** Folds an account's new signals into its minute buckets, each exactly once, and wishes for `detect`. Answers how many. */
export async function fold(db: Kysely<Schema>, accountSid: AccountSid, atMs: number): Promise<number> {
  let folded = 0;
  for (;;) {
    const count = await db.transaction().execute((transaction) => foldSome(transaction, accountSid, atMs));
    folded += count;
    if (count < MOST_SIGNALS_IN_ONE_FOLD) return folded;
  }
}

async function foldSome(db: Transaction<Schema>, accountSid: AccountSid, atMs: number): Promise<number> {
  // One folder per account at a time. Ends with the transaction, however that ends.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`fold ${accountSid}`}, 0))`.execute(db);
  const pending = await db
    .selectFrom("signal")
    .select(["id", "body"])
    .where("account_sid", "=", accountSid)
    .where("is_folded", "=", false)
    .orderBy("id")
    .limit(MOST_SIGNALS_IN_ONE_FOLD)
    .execute();
  if (pending.length === 0) return 0;
  const ids = pending.map(({ id }) => id);
  await sql`update signal set is_folded = true where id = any(${ids}::bigint[])`.execute(db);
  const signals = pending.map(({ body }) => foldedAt(body, atMs));
  await save(db, foldIntoBuckets(await touched(db, accountSid, signals), signals));
  const wishes = mergeWishes([{ job: "detect", key: accountSid, dueAtMs: null }]);
  await db.executeQuery(CompiledQuery.raw(wishStatement("$1", "$2::bigint"), [JSON.stringify(wishes), atMs]));
  return pending.length;
}

/**
 * A signal that waited here so long that the rules would look past it (the queue was down) counts from now: late, never lost. A
 * change keeps its own time while they look back as far as that: what Tollgate did itself is told by when it did it.
 */
function foldedAt(signal: Signal, atMs: number): Signal {
  const seenForMs = signal.kind === "change" ? lookbackOf(signal) : lookbackOf(signal) / 2;
  return signal.atMs <= atMs - seenForMs ? countingFrom(signal, atMs, happenedAt(signal)) : signal;
}

/** The buckets that exist already among those that these signals fall into. */
async function touched(
  db: Transaction<Schema>,
  accountSid: AccountSid,
  signals: readonly Signal[],
): Promise<readonly Bucket[]> {
  const keys = JSON.stringify(signals.map(bucketKey));
  const { rows } = await sql<Selectable<Schema["bucket"]>>`select bucket.* from bucket join (
      select distinct minute, series from json_to_recordset(${keys}) as given(minute bigint, series text)
    ) as given using (minute, series) where account_sid = ${accountSid}`.execute(db);
  return rows.map(toBucket);
}

async function save(db: Transaction<Schema>, buckets: readonly Bucket[]): Promise<void> {
  await sql`insert into bucket (account_sid, minute, series, count, last, first_at_ms, last_at_ms)
    select "accountSid", minute, series, count, last, "firstAtMs", "lastAtMs"
    from json_to_recordset(${JSON.stringify(buckets)}) as given(
      "accountSid" text, minute bigint, series text, count bigint, last json, "firstAtMs" bigint, "lastAtMs" bigint)
    on conflict (account_sid, minute, series) do update set
      count = excluded.count, last = excluded.last,
      first_at_ms = excluded.first_at_ms, last_at_ms = excluded.last_at_ms`.execute(db);
}
