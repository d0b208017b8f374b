/** The policy file, normalised: who people are, and what each remediation demands. */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { RemediationPolicy } from "../approval/contract.ts";
import type { Policy as ApprovalPolicy } from "../approval/policy.ts";
import type { Json } from "../audit/envelope.ts";
import type { DetectionPolicy } from "../detection/contract.ts";
import type { ChannelRule } from "../notice/channels.ts";

/** Remediations with an entry of their own under `policy:`; an undo follows what it undoes. */
export const POLICY_IDS = [
  "suspend-subaccount",
  "rotate-auth-token",
  "delete-api-keys",
  "disable-geo-regions",
] as const;
export type PolicyId = (typeof POLICY_IDS)[number];

type SecretSinkSettings =
  | { readonly kind: "file"; readonly folder: string }
  /** A shell line that receives the JSON on standard input. */
  | { readonly kind: "command"; readonly command: string };

export interface Policy extends ApprovalPolicy {
  readonly remediations: Readonly<Record<PolicyId, RemediationPolicy>>;
  readonly detection: DetectionPolicy;
  readonly intake: { readonly perAccountPerMinute: number };
  readonly reopenWithinMs: number;
  /** After this without an acknowledgement people are called again; 0: never. */
  readonly remindAfterMs: number;
  /** Which channel an incident goes to; the first that matches. */
  readonly channels: readonly ChannelRule[];
  readonly retentionSignalsMs: number;
  readonly secretSink: SecretSinkSettings;
}

/** `digest` is the SHA-256 in hex of everything else. */
export function withDigest(policy: Omit<Policy, "digest">): Policy {
  const text = canonicalize(policy) ?? "";
  return { ...policy, digest: createHash("sha256").update(text).digest("hex") };
}

/** Roster and rules as the audit record keeps them, so that an auditor sees who was approver in March, and what was not looked for. No phone numbers. */
export function policyForAudit(policy: Policy): Json {
  const { digest, people, remediations, detection } = policy;
  return {
    digest,
    people: people.map(({ id, name, slack, teams, roles }) => ({ id, name, slack, teams, roles })),
    remediations: Object.fromEntries(POLICY_IDS.map((id) => [id, { ...remediations[id] }])),
    detection: { ...settingsForAudit(detection), accounts: mapped(detection.accounts, settingsForAudit) },
  };
}

function settingsForAudit({ accounts: _, ...settings }: Partial<DetectionPolicy>): { readonly [name: string]: Json } {
  return { ...settings };
}

function mapped<Value, Answer>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Answer,
): Readonly<Record<string, Answer>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
