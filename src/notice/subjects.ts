import type { ApprovalId, IncidentId } from "../lib/id.ts";

/** What a message of ours is about; one message per subject and platform. */
export const incidentSubject = (id: IncidentId): string => `incident-${id}`;
export const detailsSubject = (id: IncidentId): string => `details-${id}`;
export const approvalSubject = (id: ApprovalId): string => `approval-${id}`;
export const outcomeSubject = (id: ApprovalId): string => `outcome-${id}`;
