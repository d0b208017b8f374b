import { type Head, seal } from "../audit/chain.ts";
import type { AuditDraft } from "../audit/envelope.ts";
import type { Clock } from "../lib/clock.ts";
import type { Secret } from "../lib/secret.ts";
import type { Change } from "../workflow/ports.ts";
import type { Database, Session } from "./database.ts";
import { newestRows } from "./index-rows.ts";
import { judge, type Standing } from "./judge.ts";
import { mergeWishes, wishStatement } from "./wish.ts";

type Answer = "stored" | "conflict";

/**
 * Writes changes in one transaction: chained records, follow-ups, index rows. Whoever appends holds the head's row lock from its
 * first statement to its commit, so records are chained and committed in order of their sequence, by however many replicas.
 * Four round trips and one commit, for one change or for hundreds.
 */
export async function append(
  database: Database,
  key: Secret,
  clock: Clock,
  changes: readonly Change[],
  budgetMs: number,
): Promise<readonly Answer[]> {
  const session = await database.session(budgetMs);
  try {
    const head = await lockHead(session);
    const answers = judge(changes, await readStanding(session, changes));
    const accepted = changes.filter((_, index) => answers[index] === "stored");
    if (accepted.length > 0) await write(session, key, clock, head, accepted);
    await session.run("commit");
    return answers;
  } catch (error) {
    // On a broken connection this fails as well, and the server rolls back by itself.
    await session.run("rollback").catch(() => {});
    throw error;
  } finally {
    session.release();
  }
}

async function lockHead(session: Session): Promise<Head> {
  await session.run("begin");
  const [head] = await session.run<Head>("select sequence, mac from audit_head for update", [], "lock-head");
  if (head === undefined)
    throw new Error("the audit head is missing: the database was not migrated, or was tampered with");
  return head;
}

const READ_STANDING = `
  select stream as name, (select max(version) from audit_record where stream = given.stream)::text as value
    from unnest($1::text[]) as given(stream)
  union all
  select incident.dedup_key, incident.id from incident_index incident
    where incident.status <> 'resolved' and incident.dedup_key = any($2::text[])`;

async function readStanding(session: Session, changes: readonly Change[]): Promise<Standing> {
  const streams = new Set<string>();
  const dedupKeys = new Set<string>();
  for (const { drafts, index } of changes) {
    for (const { stream, version } of drafts) if (version !== null) streams.add(stream);
    for (const row of index) if (row.table === "incident") dedupKeys.add(row.dedupKey);
  }
  if (streams.size + dedupKeys.size === 0) return { versions: new Map(), unresolved: new Map() };
  // A statement of its own: it must see what was committed while we waited for the lock.
  const rows = await session.run<{ name: string; value: string | null }>(
    READ_STANDING,
    [[...streams], [...dedupKeys]],
    "read-standing",
  );
  const versions = new Map<string, number>();
  const unresolved = new Map<string, string>();
  rows.forEach(({ name, value }, index) => {
    if (value === null) return;
    if (index < streams.size) versions.set(name, Number(value));
    else unresolved.set(name, value);
  });
  return { versions, unresolved };
}

const WRITE = `
  with head as (
    update audit_head set sequence = $2, mac = $3, at_ms = greatest(at_ms, $4)
  ), follow_up as (
    ${wishStatement("$5", "$6::bigint")}
  ), incident as (
    insert into incident_index (id, dedup_key, account_sid, threat, status, opened_at_ms, changed_at_ms)
    select * from json_to_recordset($7) as row(
      id text, dedup_key text, account_sid text, threat text, status text, opened_at_ms bigint, changed_at_ms bigint)
    on conflict (id) do update set
      dedup_key = excluded.dedup_key, account_sid = excluded.account_sid, threat = excluded.threat,
      status = excluded.status, opened_at_ms = excluded.opened_at_ms, changed_at_ms = excluded.changed_at_ms
  ), approval as (
    insert into approval_index (id, incident_id, remediation, status, undo_of, expires_at_ms, changed_at_ms)
    select * from json_to_recordset($8)
      as row(id text, incident_id text, remediation text, status text, undo_of text, expires_at_ms bigint, changed_at_ms bigint)
    on conflict (id) do update set
      incident_id = excluded.incident_id, remediation = excluded.remediation, status = excluded.status,
      undo_of = excluded.undo_of, expires_at_ms = excluded.expires_at_ms, changed_at_ms = excluded.changed_at_ms
  ), silence as (
    insert into silence_index (id, account_sid, threat, status, until_ms)
    select * from json_to_recordset($9) as row(id text, account_sid text, threat text, status text, until_ms bigint)
    on conflict (id) do update set
      account_sid = excluded.account_sid, threat = excluded.threat,
      status = excluded.status, until_ms = excluded.until_ms
  )
  insert into audit_record (sequence, stream, version, body, mac)
  select * from json_to_recordset($1) as row(sequence bigint, stream text, version integer, body text, mac text)`;

async function write(
  session: Session,
  key: Secret,
  clock: Clock,
  head: Head,
  changes: readonly Change[],
): Promise<void> {
  const drafts = changes.flatMap((change) => change.drafts);
  const sealed = seal(key, head, drafts);
  const { incidents, approvals, silences } = newestRows(changes.flatMap((change) => change.index));
  await session.run(
    WRITE,
    [
      JSON.stringify(sealed.records),
      sealed.head.sequence,
      sealed.head.mac,
      newestAtMs(drafts),
      JSON.stringify(mergeWishes(changes.flatMap((change) => change.followUps))),
      clock.now(),
      JSON.stringify(incidents),
      JSON.stringify(approvals),
      JSON.stringify(silences),
    ],
    "append",
  );
}

function newestAtMs(drafts: readonly AuditDraft[]): number {
  return drafts.reduce((newest, { atMs }) => Math.max(newest, atMs), 0);
}
