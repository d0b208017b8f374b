import { type Migration, sql } from "kysely";

/**
 * What lists, silences, routing, Teams and the search of the record need; its indexes are built afterwards (`indexes.ts`). An
 * older version beside it writes none of it.
 */
export const lifeOfIncidents: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

/**
 * Whoever comes after a session that waits for such a lock waits behind it, readers too: behind a backup that reads for an hour
 * they would all stand still. So it waits for moments only, and between them lets everybody else go on.
 */
const LOCK_ALL = `do $$
  begin
    loop
      begin
        perform set_config('lock_timeout', '50ms', true);
        lock table message, incident_index, audit_posted in access exclusive mode;
        exit;
      exception when lock_not_available then
        perform pg_sleep(0.2 + random() / 5);
      end;
    end loop;
    perform set_config('lock_timeout', '0', true);
  end
$$`;

const STATEMENTS = [
  `create table silence_index (
    id text primary key,
    account_sid text not null,
    threat text,
    status text not null,
    until_ms bigint not null
  )`,
  `create index silence_active on silence_index (account_sid, until_ms) where status = 'active'`,

  // Json as it was sent, never jsonb: it is given back to its platform as it is.
  `create table conversation (
    platform text not null,
    key text not null,
    reference json not null,
    changed_at_ms bigint not null,
    primary key (platform, key)
  )`,

  // The record is searched by what its text itself says, so that no column beside it can tell a searcher otherwise, and records
  // of any version are found. Not as jsonb, which refuses some of these texts, nor by patterns, which cost ten times as much
  // under the lock. The text is canonical JSON, its names in order: accountSid, actor, atMs, cause, data, incidentId, sequence,
  // stream, type, version, what. Quotes within a text are escaped, so that a text cannot hold a name. Values are answered as JSON.
  `create function audit_account(body text) returns text language sql immutable parallel safe as $$
    select substr(split_part(body, ',"actor":', 1), 15)
  $$`,
  // Whatever the data say of people comes after the cause.
  `create function audit_person(body text) returns text language sql immutable parallel safe as $$
    select split_part(split_part(split_part(body, ',"cause":', 1), '"personId":', 2), ',"platform":', 1)
  $$`,
  // A record that was tampered with has no time, perhaps: that must not keep the others from being found.
  `create function audit_at_ms(body text) returns bigint language sql immutable parallel safe as $$
    select substring(split_part(split_part(body, ',"cause":', 1), '"atMs":', 2) from '^[0-9]{1,18}')::bigint
  $$`,
  // The last one: whatever the data say of incidents comes before it.
  `create function audit_incident(body text) returns text language sql immutable parallel safe as $$
    select split_part(split_part(body, ',"incidentId":', -1), ',"sequence":', 1)
  $$`,

  // Last, since nobody can read these tables from here to the end: they exist already, and an older version works with them.
  LOCK_ALL,
  // Null in rows that an older version wrote: then they follow from the dedup key, `<account>.<threat>`, and from the change.
  `alter table incident_index add column threat text, add column opened_at_ms bigint`,
  // Where a post was begun: that is where its answer is looked for. And which channel it could not be posted to.
  `alter table message add column posting_role text, add column meant_for text`,
  // When a message of the audit channel was begun: where nobody can look for it, it is not posted again at once.
  `alter table audit_posted add column begun_at_ms bigint`,
];
