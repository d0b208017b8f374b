import type { ApprovalId, IncidentId } from "../lib/id.ts";

/** What a message of ours is about; one message per subject and platform. */
export type Subject =
  | { readonly kind: "incident"; readonly incidentId: IncidentId }
  | { readonly kind: "details"; readonly incidentId: IncidentId }
  | { readonly kind: "approval"; readonly approvalId: ApprovalId }
  /** Tells the requester how it ended. */
  | { readonly kind: "outcome"; readonly approvalId: ApprovalId };

export const incidentSubject = (id: IncidentId): string => `incident-${id}`;
export const detailsSubject = (id: IncidentId): string => `details-${id}`;
export const approvalSubject = (id: ApprovalId): string => `approval-${id}`;
export const outcomeSubject = (id: ApprovalId): string => `outcome-${id}`;

export function parseSubject(text: string): Subject | undefined {
  const [, kind, id] = /^(incident|details|approval|outcome)-([0-9a-z]+)$/.exec(text) ?? [];
  if (id === undefined) return undefined;
  switch (kind) {
    case "incident":
      return { kind, incidentId: id as IncidentId };
    case "details":
      return { kind, incidentId: id as IncidentId };
    case "approval":
      return { kind, approvalId: id as ApprovalId };
    case "outcome":
      return { kind, approvalId: id as ApprovalId };
    default:
      return undefined;
  }
}
