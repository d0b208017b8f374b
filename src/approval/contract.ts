import type { Json } from "../audit/envelope.ts";
import type { AccountSid, ApprovalId, IncidentId, PersonId, RunId } from "../lib/id.ts";
import type { Grant, RemediationId } from "../remediation/contract.ts";

export type Role = "responder" | "approver";

/** One human being, whatever the platform. */
export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly slack: string | null;
  readonly teams: string | null;
  readonly phone: string | null;
  readonly roles: readonly Role[];
}

/** How one remediation is approved. Durations in milliseconds. */
export interface RemediationPolicy {
  readonly approvals: number;
  readonly who: readonly Role[];
  readonly expiresMs: number;
  readonly selfApproval: boolean;
}

export interface ApprovalRequest {
  readonly id: ApprovalId;
  readonly incidentId: IncidentId;
  readonly remediation: RemediationId;
  readonly accountSid: AccountSid;
  readonly params: Json;
  /** One sentence: `Suspend the subaccount`. */
  readonly description: string;
  /** What exactly was chosen, a line each, where the description only counts. */
  readonly details: readonly string[];
  readonly digest: string;
  readonly policy: RemediationPolicy;
  /** Digest of the roster and policy in force, so that an auditor can see who was approver. */
  readonly policyDigest: string;
  readonly requester: PersonId;
  readonly reason: string;
  readonly requestedAtMs: number;
  readonly expiresAtMs: number;
  readonly undoOf: RunId | null;
}

/**
 * State machine 2: permission for one remediation with exactly these parameters.
 *
 * none --request--> pending --approve (enough people)--> granted
 *                      |------deny by an approver------> denied
 *                      |------deny by the requester----> withdrawn
 *                      |------close (incident resolved)> withdrawn
 *                      '------expire when due----------> expired
 * Granted, denied, withdrawn and expired never change again.
 */
export type Approval =
  | { readonly status: "none" }
  | { readonly status: "pending"; readonly request: ApprovalRequest; readonly approvedBy: readonly PersonId[] }
  | {
      readonly status: "granted";
      readonly request: ApprovalRequest;
      readonly approvedBy: readonly PersonId[];
      readonly grantedAtMs: number;
      readonly grant: Grant;
    }
  | {
      readonly status: "denied";
      readonly request: ApprovalRequest;
      readonly by: PersonId;
      readonly settledAtMs: number;
    }
  | {
      readonly status: "withdrawn";
      readonly request: ApprovalRequest;
      /** Null: its incident was resolved. */
      readonly by: PersonId | null;
      readonly settledAtMs: number;
    }
  | { readonly status: "expired"; readonly request: ApprovalRequest; readonly settledAtMs: number };

/** The roles are those of this moment, looked up on the server. */
export type ApprovalCommand =
  | { readonly type: "request"; readonly request: ApprovalRequest; readonly roles: readonly Role[] }
  | { readonly type: "approve"; readonly by: PersonId; readonly roles: readonly Role[] }
  | { readonly type: "deny"; readonly by: PersonId; readonly roles: readonly Role[] }
  /** Its incident was resolved: what nobody needs any more must not stay approvable. */
  | { readonly type: "close" }
  | { readonly type: "expire" };

export type ApprovalEvent =
  | { readonly type: "approval-requested"; readonly request: ApprovalRequest; readonly atMs: number }
  | { readonly type: "approval-given"; readonly by: PersonId; readonly atMs: number }
  | { readonly type: "approval-granted"; readonly atMs: number }
  | { readonly type: "approval-denied"; readonly by: PersonId; readonly atMs: number }
  | { readonly type: "approval-withdrawn"; readonly by: PersonId | null; readonly atMs: number }
  | { readonly type: "approval-expired"; readonly atMs: number };

export type ApprovalRefusal =
  | "unknown-request"
  | "already-requested"
  | "not-a-responder"
  | "not-an-approver"
  | "own-request"
  | "already-approved-by-you"
  | "already-granted"
  | "already-denied"
  | "already-withdrawn"
  | "already-expired"
  | "not-due";
