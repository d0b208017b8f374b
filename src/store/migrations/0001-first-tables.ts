import { type Migration, sql } from "kysely";
import { GENESIS } from "../../audit/chain.ts";

export const firstTables: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
    await sql`insert into audit_head (sequence, mac, at_ms) values (${GENESIS.sequence}, ${GENESIS.mac}, 0)`.execute(
      db,
    );
  },
};

const STATEMENTS = [
  // The body is text, not jsonb: jsonb rewrites numbers and refuses some strings, and the mac is over the text itself.
  `create table audit_record (
    sequence bigint primary key,
    stream text not null,
    version integer,
    body text not null,
    mac text not null,
    unique (stream, version)
  )`,
  `create table audit_head (
    id boolean primary key default true check (id),
    sequence bigint not null,
    mac text not null,
    at_ms bigint not null
  )`,
  `create table audit_posted (
    platform text primary key,
    up_to bigint not null,
    begun_up_to bigint
  )`,

  `create sequence incident_number`,
  `create table incident_index (
    id text primary key,
    number bigint generated always as identity,
    dedup_key text not null,
    account_sid text not null,
    status text not null,
    changed_at_ms bigint not null
  )`,
  // Two workers that raise the same alert at once cannot open two incidents.
  `create unique index incident_unresolved on incident_index (dedup_key) where status <> 'resolved'`,
  `create index incident_by_dedup_key on incident_index (dedup_key, number)`,
  `create table approval_index (
    id text primary key,
    number bigint generated always as identity,
    incident_id text not null,
    remediation text not null,
    status text not null,
    undo_of text,
    expires_at_ms bigint not null,
    changed_at_ms bigint not null
  )`,
  `create index approval_by_incident on approval_index (incident_id, number)`,

  // Wishes are numbered across all rows: a row that was done, deleted and wished for anew cannot be taken for the old one.
  `create sequence outbox_wish`,
  `create table outbox (
    job text not null,
    key text not null,
    due_at_ms bigint,
    wanted bigint not null default nextval('outbox_wish'),
    since_ms bigint not null,
    wished_at_ms bigint not null,
    attempts integer not null default 0,
    handed_at_ms bigint,
    primary key (job, key)
  )`,

  `create table delivery (
    source_key text primary key,
    received_at_ms bigint not null
  )`,
  `create index delivery_by_time on delivery using brin (received_at_ms)`,
  `create table signal (
    id bigint generated always as identity primary key,
    account_sid text not null,
    received_at_ms bigint not null,
    is_folded boolean not null default false,
    body json not null
  )`,
  `create index signal_by_time on signal using brin (received_at_ms)`,
  `create index signal_not_folded on signal (account_sid, id) where not is_folded`,
  `create table bucket (
    account_sid text not null,
    minute bigint not null,
    series text not null,
    count bigint not null,
    last json not null,
    first_at_ms bigint not null,
    last_at_ms bigint not null,
    primary key (account_sid, minute, series)
  )`,

  `create table observation (
    id bigint generated always as identity primary key,
    incident_id text not null,
    at_ms bigint not null,
    body json not null
  )`,
  `create index observation_by_incident on observation (incident_id, id)`,
  `create table preview (
    id text primary key,
    taken_at_ms bigint not null,
    body json not null
  )`,
  `create table message (
    platform text not null,
    subject text not null,
    posting_since_ms bigint,
    channel_id text,
    message_id text,
    revision bigint,
    digest text,
    primary key (platform, subject)
  )`,

  `create table heartbeat (
    id boolean primary key default true check (id),
    count bigint not null default 0
  )`,
  `insert into heartbeat default values`,
];
