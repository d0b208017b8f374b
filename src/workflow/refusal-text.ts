import type { Approval, ApprovalRefusal } from "../approval/contract.ts";
import { possibleApprovers } from "../approval/people.ts";
import type { Policy } from "../approval/policy.ts";
import { approvalRefusalSentence } from "../notice/refusals.ts";

/** Why a click on a request changed nothing, with the names of those who could decide. */
export function refusalText(policy: Policy, refusal: ApprovalRefusal, approval: Approval, nowMs: number): string {
  const names = new Map(policy.people.map((person) => [person.id, person.name]));
  const able =
    approval.status === "none"
      ? []
      : possibleApprovers(policy.people, approval.request.policy, approval.request.requester);
  return approvalRefusalSentence(
    refusal,
    { approval, names, possibleApprovers: able.map((person) => person.id) },
    nowMs,
  );
}
