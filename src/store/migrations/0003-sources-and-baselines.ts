import { type Migration, sql } from "kysely";

/** What polls, baselines, set-up, look-ups and pictures remember. New tables only: an older version beside it sees none of them. */
export const sourcesAndBaselines: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};

const STATEMENTS = [
  `create table poll_state (
    poll text not null,
    account_sid text not null,
    up_to_ms bigint not null,
    ok_at_ms bigint,
    failures integer not null,
    paused text,
    memory json not null,
    primary key (account_sid, poll)
  )`,
  `create table heard (
    source text not null,
    account_sid text not null,
    at_ms bigint not null,
    primary key (account_sid, source)
  )`,
  `create table baseline (account_sid text primary key, body json not null)`,
  `create table usage_day (
    account_sid text not null,
    category text not null,
    day text not null,
    spend_usd double precision not null,
    count double precision not null,
    units double precision not null,
    primary key (account_sid, day, category)
  )`,
  `create table usage_hour (
    account_sid text not null,
    category text not null,
    hour integer not null,
    spend_usd double precision not null,
    count double precision not null,
    units double precision not null,
    primary key (account_sid, hour, category)
  )`,
  `create table destination_day (
    account_sid text not null,
    day text not null,
    body json not null,
    primary key (account_sid, day)
  )`,
  `create table picture (digest text primary key, spec json not null, png bytea, wanted_until_ms bigint not null)`,
  `create table picture_upload (
    digest text not null,
    platform text not null,
    name text not null,
    at_ms bigint not null,
    primary key (digest, platform)
  )`,
  `create table shown_pictures (subject text primary key, charts json not null, at_ms bigint not null)`,
  `create table setup (id boolean primary key default true check (id), body json not null, at_ms bigint not null)`,
  `create table sink_test (
    account_sid text not null,
    test_id text not null,
    at_ms bigint not null,
    is_taken boolean not null default false,
    primary key (account_sid, test_id)
  )`,
  `create table tripwire (account_sid text primary key, body json not null, at_ms bigint not null)`,
  `create table our_change (account_sid text not null, to_ms bigint not null, body json not null)`,
  `create index our_change_by_account on our_change (account_sid, to_ms)`,
  `create table seen_number (
    incident_id text not null,
    number text not null,
    at_ms bigint not null,
    primary key (incident_id, number)
  )`,
  `create index seen_number_by_number on seen_number (number)`,
  `create table number_line (number text primary key, body json not null, at_ms bigint not null)`,
];
