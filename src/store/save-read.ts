import type { AccountSid } from "../lib/id.ts";
import type { PollRead } from "../workflow/ports.ts";
import type { Database } from "./database.ts";
import { wishesFrom } from "./wish.ts";

/**
 * One statement is one transaction: what was found, and what follows from it, is kept when the state says that it was read, and only
 * then. The state is the fence: a second reader that began where this one did finds it changed, and keeps nothing.
 */
const SAVE_READ = `
  with saved as (
    insert into poll_state as known (poll, account_sid, up_to_ms, ok_at_ms, failures, paused, memory)
    values ($1, $2, $3::bigint, $4::bigint, $5::integer, $6, $7::json)
    on conflict (poll, account_sid) do update set
      up_to_ms = excluded.up_to_ms, ok_at_ms = excluded.ok_at_ms, failures = excluded.failures,
      paused = excluded.paused, memory = excluded.memory
    where known.up_to_ms = $8::bigint and known.ok_at_ms is not distinct from $9::bigint
    returning poll
  ), given as (
    select * from json_to_recordset($10::json) as given(source_key text, account_sid text, body json)
    where exists (select from saved)
  ), fresh as (
    insert into delivery (source_key, received_at_ms) select source_key, $11::bigint from given
    on conflict do nothing returning source_key
  ), kept as (
    insert into signal (account_sid, received_at_ms, body)
    select account_sid, $11::bigint, body from given join fresh using (source_key) returning account_sid
  ), hours as (
    insert into usage_hour as known (account_sid, category, hour, spend_usd, count, units)
    select $2, category, hour, "spendUsd", count, units from json_to_recordset($12::json) as given(
      category text, hour integer, "spendUsd" double precision, count double precision, units double precision)
    where exists (select from saved)
    on conflict (account_sid, hour, category) do update set
      spend_usd = known.spend_usd + excluded.spend_usd,
      count = known.count + excluded.count, units = known.units + excluded.units
  ), wish as (
    select distinct on (job, key) job, key, due_at_ms
    from json_to_recordset($13::json) as given(job text, key text, due_at_ms bigint, if_new_of text)
    where exists (select from saved) and (if_new_of is null or if_new_of in (select account_sid from kept))
    order by job, key, due_at_ms nulls first
  ), follow_up as (
    ${wishesFrom("wish", "$11::bigint")}
  )
  select exists (select from saved) as is_saved, array(select distinct account_sid from kept) as accounts`;

export async function saveRead(
  database: Database,
  poll: string,
  accountSid: AccountSid,
  { before, after, received, hours, followUps, atMs }: PollRead,
): Promise<readonly AccountSid[] | null> {
  const { upToMs, okAtMs, failures, paused, memory } = after;
  const signals = new Map(
    received.map(({ sourceKey, signal }) => [
      sourceKey,
      { source_key: sourceKey, account_sid: signal.accountSid, body: signal },
    ]),
  );
  // As `createKeep` sorts them: two that write the same keys would otherwise wait for each other for ever.
  const sorted = [...signals].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  const amounts = hours.flatMap(({ hour, amounts: ofHour }) =>
    Object.entries(ofHour).map(([category, amount]) => ({ category, hour, ...amount })),
  );
  const wishes = followUps.map(({ job, key, dueAtMs, ifNewOf = null }) => {
    return { job, key, due_at_ms: dueAtMs, if_new_of: ifNewOf };
  });
  const values = [
    ...[poll, accountSid, upToMs, okAtMs, failures, paused, JSON.stringify(memory)],
    ...[before?.upToMs ?? null, before?.okAtMs ?? null],
    ...[JSON.stringify(sorted), atMs, JSON.stringify(amounts), JSON.stringify(wishes)],
  ];
  const [row] = await database.run<{ is_saved: boolean; accounts: AccountSid[] }>(SAVE_READ, values, "save-read");
  return row?.is_saved === true ? row.accounts : null;
}
