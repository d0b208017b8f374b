import type { Approval } from "../approval/contract.ts";
import { type Policy, policyFor } from "../approval/policy.ts";
import type { RunId } from "../lib/id.ts";
import type { AccountView, OfferView, PendingView, RunView } from "../notice/views.ts";
import type { AnyRemediation } from "../remediation/contract.ts";
import type { Run } from "../remediation/run.ts";

export type KnownApproval = Exclude<Approval, { readonly status: "none" }>;
type Granted = Extract<KnownApproval, { readonly status: "granted" }>;

/** The run of a request, once there is one: granted counts, begun or not. */
export function runView(
  approval: KnownApproval,
  run: Run | undefined,
  account: AccountView,
  findRemediation: (id: string) => AnyRemediation,
): RunView | null {
  const { request } = approval;
  if (run === undefined || run.status === "none") return approval.status === "granted" ? notBegun(approval) : null;
  const remediation = findRemediation(request.remediation);
  const undo = remediation.undoneBy === null ? null : findRemediation(remediation.undoneBy);
  const isInEffect = run.status === "done" || run.status === "partly-done";
  const canUndo = isInEffect && undo !== null && "status" in account && undo.offer(account) === null;
  return {
    runId: request.id as string as RunId,
    remediation: request.remediation,
    description: request.description,
    status: run.status,
    by: request.requester,
    approvedBy: run.grant.approvers,
    atMs: run.status === "reverted" ? run.revertedAtMs : "finishedAtMs" in run ? run.finishedAtMs : run.startedAtMs,
    reason: run.reason,
    evidence: "evidence" in run ? run.evidence : [],
    remaining: "remaining" in run ? run.remaining : [],
    undoTitle: canUndo ? undo.title : null,
  };
}

/** Approved and not begun: Twilio cannot be reached, or a worker is about to. */
function notBegun({ request, approvedBy, grantedAtMs }: Granted): RunView {
  return {
    runId: request.id as string as RunId,
    remediation: request.remediation,
    description: request.description,
    status: "started",
    by: request.requester,
    approvedBy,
    atMs: grantedAtMs,
    reason: null,
    evidence: [],
    remaining: [],
    undoTitle: null,
  };
}

export function pendingView(approval: KnownApproval): PendingView | null {
  if (approval.status !== "pending") return null;
  const { id, remediation, description, requester, expiresAtMs, undoOf } = approval.request;
  return { approvalId: id, remediation, description, requester, expiresAtMs, undoOf };
}

/** When Twilio cannot say what the account is now, everything may be asked for: the dialog looks again. */
export function offerView(remediation: AnyRemediation, account: AccountView, policy: Policy): OfferView {
  const { id, title, isReversible, undoes } = remediation;
  const blockedReason = "status" in account ? remediation.offer(account) : null;
  const approvalMs = policyFor(policy, remediation.policyId).expiresMs;
  return { remediation: id, title, isReversible, undoes, blockedReason, approvalMs };
}
