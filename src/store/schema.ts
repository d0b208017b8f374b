/** The tables, as Kysely sees them. Times are milliseconds since 1970, UTC. */
import type { ColumnType, Generated } from "kysely";
import type { Json as AnyJson, PlatformName } from "../audit/envelope.ts";
import type { ChannelRole } from "../chat/platform.ts";
import type { AccountBaseline, DestinationDay } from "../detection/baseline/contract.ts";
import type { Observation, OurChange, Threat } from "../detection/contract.ts";
import type { AccountSid, ApprovalId, IncidentId, RunId, SilenceId } from "../lib/id.ts";
import type { ChartSpec } from "../notice/chart.ts";
import type { RemediationId } from "../remediation/contract.ts";
import type { Signal } from "../signal/contract.ts";
import type { ShownChart } from "../workflow/picture-store.ts";
import type { JobName, StoredPreview } from "../workflow/ports.ts";

/** Read as what was written; written as JSON text. */
type Json<Value> = ColumnType<Value, string, string>;

export interface Schema {
  audit_record: {
    sequence: number;
    stream: string;
    version: number | null;
    body: string;
    mac: string;
  };
  /** One row: what the next record is chained to. Appending locks it. */
  audit_head: { sequence: number; mac: string; at_ms: number };
  audit_posted: {
    platform: PlatformName;
    up_to: number;
    begun_up_to: number | null;
    /** Null where an older version began it. */
    begun_at_ms: number | null;
  };
  incident_index: {
    id: IncidentId;
    number: Generated<number>;
    dedup_key: string;
    account_sid: AccountSid;
    status: string;
    changed_at_ms: number;
    /** Null in rows of a version before it. */
    threat: Threat | null;
    opened_at_ms: number | null;
  };
  silence_index: {
    id: SilenceId;
    account_sid: AccountSid;
    threat: Threat | null;
    status: string;
    until_ms: number;
  };
  conversation: { platform: PlatformName; key: string; reference: Json<AnyJson>; changed_at_ms: number };
  approval_index: {
    id: ApprovalId;
    number: Generated<number>;
    incident_id: IncidentId;
    remediation: RemediationId;
    status: string;
    undo_of: RunId | null;
    expires_at_ms: number;
    changed_at_ms: number;
  };
  outbox: {
    job: JobName;
    key: string;
    /** Null: at once, whatever the clock says. */
    due_at_ms: number | null;
    wanted: number;
    since_ms: number;
    wished_at_ms: number;
    attempts: number;
    handed_at_ms: number | null;
  };
  /** Under which key a delivery is known again, longer than its signal is kept. */
  delivery: { source_key: string; received_at_ms: number };
  signal: {
    id: Generated<number>;
    account_sid: AccountSid;
    received_at_ms: number;
    is_folded: Generated<boolean>;
    body: Json<Signal>;
  };
  bucket: {
    account_sid: AccountSid;
    series: string;
    minute: number;
    count: number;
    last: Json<Signal>;
    first_at_ms: number;
    last_at_ms: number;
  };
  observation: { id: Generated<number>; incident_id: IncidentId; at_ms: number; body: Json<Observation> };
  preview: { id: ApprovalId; taken_at_ms: number; body: Json<StoredPreview> };
  message: {
    platform: PlatformName;
    subject: string;
    /** When a post was begun whose answer was not seen yet; null once it was. */
    posting_since_ms: number | null;
    /** Of the channel that a post was begun in; null in rows of a version before it. */
    posting_role: ChannelRole | null;
    /** Where the message is; while it is being posted the channel that policy routes it to, if it does. */
    channel_id: string | null;
    message_id: string | null;
    revision: number | null;
    digest: string | null;
    meant_for: string | null;
  };
  poll_state: {
    poll: string;
    account_sid: AccountSid;
    up_to_ms: number;
    ok_at_ms: number | null;
    failures: number;
    paused: "suspended" | "refused" | null;
    memory: Json<AnyJson>;
  };
  /** When a webhook source was last heard. */
  heard: { source: string; account_sid: AccountSid; at_ms: number };
  baseline: { account_sid: AccountSid; body: Json<AccountBaseline> };
  usage_day: {
    account_sid: AccountSid;
    category: string;
    day: string;
    spend_usd: number;
    count: number;
    units: number;
  };
  usage_hour: {
    account_sid: AccountSid;
    category: string;
    hour: number;
    spend_usd: number;
    count: number;
    units: number;
  };
  destination_day: { account_sid: AccountSid; day: string; body: Json<readonly Omit<DestinationDay, "day">[]> };
  picture: { digest: string; spec: Json<ChartSpec>; png: Buffer | null; wanted_until_ms: number };
  picture_upload: { digest: string; platform: PlatformName; name: string; at_ms: number };
  shown_pictures: { subject: string; charts: Json<readonly ShownChart[]>; at_ms: number };
  /** At most one row. */
  setup: { id: boolean; body: Json<AnyJson>; at_ms: number };
  sink_test: { account_sid: AccountSid; test_id: string; at_ms: number; is_taken: Generated<boolean> };
  /** What an account was left with; `Watched` of the set-up. */
  tripwire: { account_sid: AccountSid; body: Json<AnyJson>; at_ms: number };
  our_change: { account_sid: AccountSid; to_ms: number; body: Json<OurChange> };
  seen_number: { incident_id: IncidentId; number: string; at_ms: number };
  /** What Lookup said of a number's line. */
  number_line: { number: string; body: Json<AnyJson>; at_ms: number };
  heartbeat: { id: boolean; count: number };
}
