import type { ApprovalId, IncidentId } from "../lib/id.ts";

/** What a message of ours is about; `notice/subjects.ts` writes them down. */
export type Subject =
  | { readonly kind: "incident" | "details"; readonly incidentId: IncidentId }
  /** Calls people again; `sinceMs` tells one call from the next. */
  | { readonly kind: "alarm"; readonly incidentId: IncidentId; readonly sinceMs: number }
  /** `outcome` tells the requester how it ended. */
  | { readonly kind: "approval" | "outcome"; readonly approvalId: ApprovalId };

export function parseSubject(text: string): Subject | undefined {
  const [, alarmed, sinceMs] = /^alarm-([0-9a-z]+)-(\d+)$/.exec(text) ?? [];
  if (alarmed !== undefined) return { kind: "alarm", incidentId: alarmed as IncidentId, sinceMs: Number(sinceMs) };
  const [, kind, id] = /^(incident|details|approval|outcome)-([0-9a-z]+)$/.exec(text) ?? [];
  if (id === undefined) return undefined;
  if (kind === "incident" || kind === "details") return { kind, incidentId: id as IncidentId };
  if (kind === "approval" || kind === "outcome") return { kind, approvalId: id as ApprovalId };
  return undefined;
}
