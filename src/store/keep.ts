import type { AccountSid } from "../lib/id.ts";
import type { ReceivedSignal } from "../signal/contract.ts";
import { createBatch } from "./batch.ts";
import type { Database } from "./database.ts";

/** From the call to the answer: the sender hears 503 within a second and may repeat. */
const KEEP_BUDGET_MS = 900;
const MOST_DELIVERIES_IN_ONE_COMMIT = 1_000;

interface Delivered {
  readonly received: readonly ReceivedSignal[];
  readonly atMs: number;
}

/** A plain insert, committed when it resolves. No NOTIFY: that would serialise the commits of the whole server. */
const KEEP = `
  with given as (
    select * from json_to_recordset($1) as given(source_key text, account_sid text, at_ms bigint, body json)
  ), fresh as (
    insert into delivery (source_key, received_at_ms) select source_key, at_ms from given
    on conflict do nothing returning source_key
  ), kept as (
    insert into signal (account_sid, received_at_ms, body)
    select account_sid, at_ms, body from given join fresh using (source_key)
  )
  select source_key from fresh`;

/** Answers the accounts that got something new. Calls that come together share one insert and one commit. */
export function createKeep(
  database: Database,
): (received: readonly ReceivedSignal[], atMs: number) => Promise<readonly AccountSid[]> {
  const keep = createBatch({ flush, budgetMs: KEEP_BUDGET_MS, mostItems: MOST_DELIVERIES_IN_ONE_COMMIT });

  async function flush(
    deliveries: readonly Delivered[],
    budgetMs: number,
  ): Promise<readonly (readonly AccountSid[])[]> {
    const given = new Map<string, object>();
    for (const { received, atMs } of deliveries) {
      for (const { sourceKey, signal } of received) {
        if (given.has(sourceKey)) continue;
        given.set(sourceKey, { source_key: sourceKey, account_sid: signal.accountSid, at_ms: atMs, body: signal });
      }
    }
    // Always in the same order: two replicas that are sent the same deliveries would otherwise wait for each other for ever.
    const sorted = [...given].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
    const rows = await database.run<{ source_key: string }>(KEEP, [JSON.stringify(sorted)], "keep", budgetMs);
    const fresh = new Set(rows.map((row) => row.source_key));
    return deliveries.map(({ received }) => {
      const accounts = new Set<AccountSid>();
      // Of equal deliveries within one batch the first is the new one.
      for (const { sourceKey, signal } of received) if (fresh.delete(sourceKey)) accounts.add(signal.accountSid);
      return [...accounts];
    });
  }

  return async (received, atMs) => (received.length === 0 ? [] : keep({ received, atMs }));
}
