/** The policy file, normalised: who people are, and what each remediation demands. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Person, RemediationPolicy } from "../approval/contract.ts";
import type { Json } from "../audit/envelope.ts";
import type { DetectionSettings } from "../detection/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { RemediationId } from "../remediation/contract.ts";

/** Remediations with an entry of their own under `policy:`; an undo follows what it undoes. */
export const POLICY_IDS = [
  "suspend-subaccount",
  "rotate-auth-token",
  "delete-api-keys",
  "disable-geo-regions",
] as const;
export type PolicyId = (typeof POLICY_IDS)[number];

export type SecretSinkSettings =
  | { readonly kind: "file"; readonly folder: string }
  /** A shell line that receives the JSON on standard input. */
  | { readonly kind: "command"; readonly command: string };

export interface Policy {
  readonly people: readonly Person[];
  readonly remediations: Readonly<Record<PolicyId, RemediationPolicy>>;
  readonly detection: DetectionSettings;
  readonly intake: { readonly perAccountPerMinute: number };
  readonly reopenWithinMs: number;
  readonly retentionSignalsMs: number;
  readonly secretSink: SecretSinkSettings;
  /** SHA-256 in hex of everything above. */
  readonly digest: string;
}

export function withDigest(policy: Omit<Policy, "digest">): Policy {
  const text = canonicalize(policy) ?? "";
  return { ...policy, digest: createHash("sha256").update(text).digest("hex") };
}

export function remediationPolicy(policy: Policy, remediation: RemediationId): RemediationPolicy {
  return policy.remediations[policyIdOf(remediation)];
}

export function policyIdOf(remediation: RemediationId): PolicyId {
  switch (remediation) {
    case "suspend-subaccount":
    case "reactivate-subaccount":
      return "suspend-subaccount";
    case "disable-geo-regions":
    case "restore-geo-regions":
      return "disable-geo-regions";
    case "rotate-auth-token":
    case "delete-api-keys":
      return remediation;
    default:
      return unreachable(remediation);
  }
}

/** Roster and rules as the audit record keeps them, so that an auditor sees who was approver in March. No phone numbers. */
export function policyForAudit(policy: Policy): Json {
  const { digest, people, remediations } = policy;
  return {
    digest,
    people: people.map(({ id, name, slack, teams, roles }) => ({ id, name, slack, teams, roles })),
    remediations: Object.fromEntries(POLICY_IDS.map((id) => [id, { ...remediations[id] }])),
  };
}
