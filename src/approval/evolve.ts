import { unreachable } from "../lib/decision.ts";
import type { PersonId } from "../lib/id.ts";
import type { Grant } from "../remediation/contract.ts";
import type { Approval, ApprovalEvent, ApprovalRequest } from "./contract.ts";

export const noApproval: Approval = { status: "none" };

export function evolveApproval(state: Approval, event: ApprovalEvent): Approval {
  if (event.type === "approval-requested") return { status: "pending", request: event.request, approvedBy: [] };
  // `decide` accepts nothing on a settled approval, so the record holds nothing after it either.
  if (state.status !== "pending") throw new Error(`${event.type} cannot follow ${state.status}`);
  const { request } = state;
  switch (event.type) {
    case "approval-given":
      return { ...state, approvedBy: [...state.approvedBy, event.by] };
    case "approval-granted":
      return {
        status: "granted",
        request,
        approvedBy: state.approvedBy,
        grantedAtMs: event.atMs,
        grant: grant(request, state.approvedBy),
      };
    case "approval-denied":
      return { status: "denied", request, by: event.by, settledAtMs: event.atMs };
    case "approval-withdrawn":
      return { status: "withdrawn", request, by: event.by, settledAtMs: event.atMs };
    case "approval-expired":
      return { status: "expired", request, settledAtMs: event.atMs };
    default:
      return unreachable(event);
  }
}

/** The only place that makes a grant. */
function grant(request: ApprovalRequest, approvers: readonly PersonId[]): Grant {
  return {
    approvalId: request.id,
    incidentId: request.incidentId,
    remediation: request.remediation,
    accountSid: request.accountSid,
    params: request.params,
    description: request.description,
    digest: request.digest,
    requester: request.requester,
    approvers,
    undoOf: request.undoOf,
  } as Grant;
}
