import type { ApprovalId, IncidentId } from "../lib/id.ts";

/** What a message of ours is about; one message per subject and platform. */
export const incidentSubject = (id: IncidentId): string => `incident-${id}`;
/** One message each time that people must hear of it again: an edit of the card notifies nobody. */
export const alarmSubject = (id: IncidentId, atMs: number): string => `alarm-${id}-${atMs}`;
export const detailsSubject = (id: IncidentId): string => `details-${id}`;
export const approvalSubject = (id: ApprovalId): string => `approval-${id}`;
export const outcomeSubject = (id: ApprovalId): string => `outcome-${id}`;
/** Each reminder is a message of its own: an edit notifies nobody. `dueAtMs` tells one from the next. */
export const reminderSubject = (id: IncidentId, dueAtMs: number): string => `reminder-${id}-${dueAtMs}`;
/** Tells the assignee whose it is now: an edit notifies nobody. */
export const assignedSubject = (id: IncidentId, atMs: number): string => `assigned-${id}-${atMs}`;
/** A file in the incident's thread; one for each time that somebody asked. */
export const reportSubject = (id: IncidentId, atMs: number): string => `report-${id}-${atMs}`;
