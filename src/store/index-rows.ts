import { unreachable } from "../lib/decision.ts";
import type { IndexRow } from "../workflow/ports.ts";

interface NewestRows {
  readonly incidents: readonly object[];
  readonly approvals: readonly object[];
  readonly silences: readonly object[];
}

/** A statement may change a row once: the newest of each id, in the order in which they were first changed, by column. */
export function newestRows(rows: readonly IndexRow[]): NewestRows {
  const incidents = new Map<string, object>();
  const approvals = new Map<string, object>();
  const silences = new Map<string, object>();
  for (const row of rows) {
    switch (row.table) {
      case "incident":
        incidents.set(row.id, {
          id: row.id,
          dedup_key: row.dedupKey,
          account_sid: row.accountSid,
          threat: row.threat,
          status: row.status,
          opened_at_ms: row.openedAtMs,
          changed_at_ms: row.changedAtMs,
        });
        break;
      case "approval":
        approvals.set(row.id, {
          id: row.id,
          incident_id: row.incidentId,
          remediation: row.remediation,
          status: row.status,
          undo_of: row.undoOf,
          expires_at_ms: row.expiresAtMs,
          changed_at_ms: row.changedAtMs,
        });
        break;
      case "silence":
        silences.set(row.id, {
          id: row.id,
          account_sid: row.accountSid,
          threat: row.threat,
          status: row.status,
          until_ms: row.untilMs,
        });
        break;
      default:
        unreachable(row);
    }
  }
  return {
    incidents: [...incidents.values()],
    approvals: [...approvals.values()],
    silences: [...silences.values()],
  };
}
