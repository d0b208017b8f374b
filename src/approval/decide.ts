import { accept, type Decision, refuse, unreachable } from "../lib/decision.ts";
import type { PersonId } from "../lib/id.ts";
import type { Approval, ApprovalCommand, ApprovalEvent, ApprovalRefusal, RemediationPolicy, Role } from "./contract.ts";

export function decideApproval(
  state: Approval,
  command: ApprovalCommand,
  nowMs: number,
): Decision<ApprovalEvent, ApprovalRefusal> {
  if (command.type === "request") {
    if (state.status !== "none") return refuse("already-requested");
    if (!command.roles.includes("responder")) return refuse("not-a-responder");
    // By the clock of the decision: one that was set back must not make a request that is born expired.
    const expiresAtMs = nowMs + command.request.policy.expiresMs;
    const request = { ...command.request, requestedAtMs: nowMs, expiresAtMs };
    return accept({ type: "approval-requested", request, atMs: nowMs });
  }
  switch (state.status) {
    case "none":
      return refuse("unknown-request");
    case "granted":
      return refuse("already-granted");
    case "denied":
      return refuse("already-denied");
    case "withdrawn":
      return refuse("already-withdrawn");
    case "expired":
      return refuse("already-expired");
    case "pending":
      break;
    default:
      return unreachable(state);
  }
  const { request } = state;
  const isOver = nowMs >= request.expiresAtMs;
  switch (command.type) {
    case "expire":
      // A timer may come early after a clock step, late or twice: the clock of the decision counts, not that of the timer.
      return isOver ? accept({ type: "approval-expired", atMs: nowMs }) : refuse("not-due");
    case "close":
      return accept({ type: "approval-withdrawn", by: null, atMs: nowMs });
    case "deny":
      if (command.by === request.requester) return accept({ type: "approval-withdrawn", by: command.by, atMs: nowMs });
      if (!hasApprovingRole(request.policy, command.roles)) return refuse("not-an-approver");
      if (isOver) return refuse("already-expired");
      return accept({ type: "approval-denied", by: command.by, atMs: nowMs });
    case "approve": {
      if (command.by === request.requester && !request.policy.selfApproval) return refuse("own-request");
      if (!hasApprovingRole(request.policy, command.roles)) return refuse("not-an-approver");
      if (isOver) return refuse("already-expired");
      if (state.approvedBy.includes(command.by)) return refuse("already-approved-by-you");
      const given: ApprovalEvent = { type: "approval-given", by: command.by, atMs: nowMs };
      return countsAfter(state.approvedBy, command.by) >= request.policy.approvals
        ? accept<ApprovalEvent>(given, { type: "approval-granted", atMs: nowMs })
        : accept(given);
    }
    default:
      return unreachable(command);
  }
}

/** People, never clicks or groups. */
function countsAfter(approvedBy: readonly PersonId[], by: PersonId): number {
  return new Set([...approvedBy, by]).size;
}

function hasApprovingRole(policy: RemediationPolicy, roles: readonly Role[]): boolean {
  return roles.some((role) => policy.who.includes(role));
}
