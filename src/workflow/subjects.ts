import type { ApprovalId, IncidentId } from "../lib/id.ts";

/** What a message of ours is about; `notice/subjects.ts` writes them down. */
export type Subject =
  | { readonly kind: "incident" | "details"; readonly incidentId: IncidentId }
  /**
   * `alarm` calls people again, `reminder` while nobody has acknowledged, `assigned` calls who was given it, `report` is a file
   * that somebody asked for; `atMs` tells one from the next.
   */
  | {
      readonly kind: "alarm" | "reminder" | "assigned" | "report";
      readonly incidentId: IncidentId;
      readonly atMs: number;
    }
  /** `outcome` tells the requester how it ended. */
  | { readonly kind: "approval" | "outcome"; readonly approvalId: ApprovalId };

export function parseSubject(text: string): Subject | undefined {
  const [, kind, id, at] = /^([a-z]+)-([0-9a-z]+)(?:-(\d+))?$/.exec(text) ?? [];
  if (id === undefined) return undefined;
  switch (kind) {
    case "incident":
    case "details":
      return at === undefined ? { kind, incidentId: id as IncidentId } : undefined;
    case "alarm":
    case "reminder":
    case "assigned":
    case "report":
      return at === undefined ? undefined : { kind, incidentId: id as IncidentId, atMs: Number(at) };
    case "approval":
    case "outcome":
      return at === undefined ? { kind, approvalId: id as ApprovalId } : undefined;
    default:
      return undefined;
  }
}
