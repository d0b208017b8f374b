import { anchorText } from "./anchor.ts";
import { bodyOf } from "./body.ts";
import type { AuditBody, AuditRecord } from "./envelope.ts";
import { sentence } from "./sentence.ts";

/** The line for the audit channel, ending with the record's anchor: `… #123 a1b2c3d4e5f6`. */
export function auditLine(record: AuditRecord): string {
  return `${sentence(bodyOf(record))} ${anchorText(record)}`;
}

/** Equal refusals of one person that fall within this time share a line. The store keeps each. */
const FOLD_WITHIN_MS = 60_000;

interface Group {
  readonly firstAtMs: number;
  readonly body: AuditBody;
  newest: AuditRecord;
  newestAtMs: number;
  count: number;
}

/** A line, and when it was true: of several refusals the newest one. */
export interface ToldRecord {
  readonly atMs: number;
  readonly line: string;
}

/** Lines in order of their anchors. Equal refusals of one person within a minute become one line, `x 19`, with the newest one's anchor. */
export function foldRecords(records: readonly AuditRecord[]): readonly ToldRecord[] {
  const groups: Group[] = [];
  const openBySameness = new Map<string, Group>();
  for (const record of records) {
    const body = bodyOf(record);
    const sameness = refusalSameness(body);
    const open = sameness === null ? undefined : openBySameness.get(sameness);
    if (open !== undefined && body.atMs - open.firstAtMs < FOLD_WITHIN_MS) {
      open.newest = record;
      open.newestAtMs = body.atMs;
      open.count += 1;
      continue;
    }
    const group = { firstAtMs: body.atMs, newestAtMs: body.atMs, body, newest: record, count: 1 };
    groups.push(group);
    if (sameness !== null) openBySameness.set(sameness, group);
  }
  return groups
    .sort((one, other) => one.newest.sequence - other.newest.sequence)
    .map(({ body, newest, newestAtMs, count }) => ({
      atMs: newestAtMs,
      line: `${sentence(body)}${count === 1 ? "" : ` x ${count}`} ${anchorText(newest)}`,
    }));
}

/** The same without their times, for a channel that shows when each was posted. */
export function foldLines(records: readonly AuditRecord[]): readonly string[] {
  return foldRecords(records).map(({ line }) => line);
}

/** True when `next` is the same refusal of the same person again, within a minute: it can wait to be told together with more of them. */
export function isRepeatedRefusal(previous: AuditRecord, next: AuditRecord): boolean {
  const [one, other] = [bodyOf(previous), bodyOf(next)];
  const sameness = refusalSameness(one);
  return sameness !== null && sameness === refusalSameness(other) && other.atMs - one.atMs < FOLD_WITHIN_MS;
}

/** What makes two refusals equal: who, what and why. Null for everything that is never folded. */
function refusalSameness(body: AuditBody): string | null {
  if (body.type !== "refused" || !("userId" in body.actor)) return null;
  return JSON.stringify([body.actor.platform, body.actor.userId, body.stream, body.incidentId, body.data]);
}
