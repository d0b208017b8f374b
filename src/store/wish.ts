import type { FollowUp } from "../workflow/ports.ts";

/** One for each job and key, as `wishStatement` reads them. */
interface Wish {
  readonly job: string;
  readonly key: string;
  readonly due_at_ms: number | null;
}

/** Several wishes for the same job and key become one, due as the earliest of them: a statement may change a row once. */
export function mergeWishes(followUps: readonly FollowUp[]): readonly Wish[] {
  const merged = new Map<string, Wish>();
  for (const { job, key, dueAtMs } of followUps) {
    const name = `${job}.${key}`;
    const known = merged.get(name);
    merged.set(name, { job, key, due_at_ms: known === undefined ? dueAtMs : earlier(known.due_at_ms, dueAtMs) });
  }
  return [...merged.values()];
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.min(one, other);
}

/**
 * Writes wishes into the outbox. `wishes` and `now` are the placeholders of JSON of `Wish[]` and of milliseconds. A wish for what
 * waits already may bring it forward, never back, and raises `wanted`. A timer is late from when it is due, not from when it was set.
 */
export function wishStatement(wishes: string, now: string): string {
  return wishesFrom(rowsOf(wishes), now);
}

/** The same of rows with the columns of a `Wish`, which another part of the statement has. */
export function wishesFrom(rows: string, now: string): string {
  return `${insertion(rows, now)}
    on conflict (job, key) do update set
      wanted = greatest(waiting.wanted + 1, excluded.wanted),
      due_at_ms = case when waiting.due_at_ms is null or excluded.due_at_ms is null then null
        else least(waiting.due_at_ms, excluded.due_at_ms) end,
      since_ms = least(waiting.since_ms, excluded.since_ms),
      wished_at_ms = excluded.wished_at_ms`;
}

/** The same for what does not wait yet; what waits already stays as it is. */
export function missingStatement(wishes: string, now: string): string {
  return `${insertion(rowsOf(wishes), now)} on conflict (job, key) do nothing`;
}

function rowsOf(wishes: string): string {
  return `json_to_recordset(${wishes}) as wish(job text, key text, due_at_ms bigint)`;
}

function insertion(rows: string, now: string): string {
  return `insert into outbox as waiting (job, key, due_at_ms, since_ms, wished_at_ms)
    select job, key, due_at_ms, coalesce(due_at_ms, ${now}), coalesce(due_at_ms, ${now})
    from ${rows}`;
}
