import type { RemediationId } from "../remediation/contract.ts";
import type { Person, RemediationPolicy } from "./contract.ts";

/** Who people are and what may be approved by whom, as it is in force now. */
export interface Policy {
  readonly people: readonly Person[];
  /** By `Remediation.policyId`: an undo follows what it undoes. */
  readonly remediations: Readonly<Partial<Record<RemediationId, RemediationPolicy>>>;
  /** Digest of the whole policy file: an auditor can see which one an approval was given under. */
  readonly digest: string;
}

/** Four eyes, a quarter of an hour, approvers only. */
export const DEFAULT_REMEDIATION_POLICY: RemediationPolicy = {
  approvals: 1,
  who: ["approver"],
  expiresMs: 15 * 60_000,
  selfApproval: false,
};

export function policyFor(policy: Policy, policyId: RemediationId): RemediationPolicy {
  return policy.remediations[policyId] ?? DEFAULT_REMEDIATION_POLICY;
}
