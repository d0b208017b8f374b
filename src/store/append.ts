import { type Head, seal } from "../audit/chain.ts";
import type { AuditDraft } from "../audit/envelope.ts";
import type { Clock } from "../lib/clock.ts";
import type { Secret } from "../lib/secret.ts";
import type { Change, IndexRow } from "../workflow/ports.ts";
import type { Database, Session } from "./database.ts";
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
    insert into incident_index (id, dedup_key, account_sid, status, changed_at_ms)
    select * from json_to_recordset($7)
      as row(id text, dedup_key text, account_sid text, status text, changed_at_ms bigint)
    on conflict (id) do update set
      dedup_key = excluded.dedup_key, account_sid = excluded.account_sid,
      status = excluded.status, changed_at_ms = excluded.changed_at_ms
  ), approval as (
    insert into approval_index (id, incident_id, remediation, status, undo_of, expires_at_ms, changed_at_ms)
    select * from json_to_recordset($8)
      as row(id text, incident_id text, remediation text, status text, undo_of text, expires_at_ms bigint, changed_at_ms bigint)
    on conflict (id) do update set
      incident_id = excluded.incident_id, remediation = excluded.remediation, status = excluded.status,
      undo_of = excluded.undo_of, expires_at_ms = excluded.expires_at_ms, changed_at_ms = excluded.changed_at_ms
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
  const { incidents, approvals } = newestRows(changes.flatMap((change) => change.index));
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
    ],
    "append",
  );
}

function newestAtMs(drafts: readonly AuditDraft[]): number {
  return drafts.reduce((newest, { atMs }) => Math.max(newest, atMs), 0);
}

/** A statement may change a row once: the newest of each id, in the order in which they were first changed. */
function newestRows(rows: readonly IndexRow[]) {
  const incidents = new Map<string, object>();
  const approvals = new Map<string, object>();
  for (const row of rows) {
    if (row.table === "incident") {
      const { id, dedupKey, accountSid, status, changedAtMs } = row;
      incidents.set(id, { id, dedup_key: dedupKey, account_sid: accountSid, status, changed_at_ms: changedAtMs });
    } else {
      const { id, incidentId, remediation, status, undoOf, expiresAtMs, changedAtMs } = row;
      approvals.set(id, {
        id,
        incident_id: incidentId,
        remediation,
        status,
        undo_of: undoOf,
        expires_at_ms: expiresAtMs,
        changed_at_ms: changedAtMs,
      });
    }
  }
  return { incidents: [...incidents.values()], approvals: [...approvals.values()] };
}
