import type { Change } from "../workflow/ports.ts";

/** What stands in the store while the head is locked, for the streams and dedup keys that the changes touch. */
export interface Standing {
  /** Stream -> version of its newest event; absent: none. */
  readonly versions: ReadonlyMap<string, number>;
  /** Dedup key -> its incident that is not resolved. */
  readonly unresolved: ReadonlyMap<string, string>;
}

/**
 * Which changes may be written, in their order, as if each were alone: a change is a conflict when one of its versions does not follow
 * the newest one, or when it opens a second incident for a dedup key. Pure.
 */
export function judge(changes: readonly Change[], standing: Standing): readonly ("stored" | "conflict")[] {
  let { versions, unresolved } = standing;
  return changes.map((change) => {
    const after = apply(change, { versions, unresolved });
    if (after === null) return "conflict";
    ({ versions, unresolved } = after);
    return "stored";
  });
}

function apply(change: Change, standing: Standing): Standing | null {
  const versions = new Map(standing.versions);
  for (const { stream, version } of change.drafts) {
    if (version === null) continue;
    if (version !== (versions.get(stream) ?? 0) + 1) return null;
    versions.set(stream, version);
  }
  const unresolved = new Map(standing.unresolved);
  for (const row of change.index) {
    if (row.table !== "incident") continue;
    const holder = unresolved.get(row.dedupKey);
    if (row.status !== "resolved") {
      if (holder !== undefined && holder !== row.id) return null;
      unresolved.set(row.dedupKey, row.id);
    } else if (holder === row.id) unresolved.delete(row.dedupKey);
  }
  return { versions, unresolved };
}
