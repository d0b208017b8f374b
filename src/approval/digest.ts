import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { Json } from "../audit/envelope.ts";
import type { AccountSid } from "../lib/id.ts";
import type { RemediationId } from "../remediation/contract.ts";
import type { RemediationPolicy } from "./contract.ts";

export interface Approvable {
  readonly remediation: RemediationId;
  readonly accountSid: AccountSid;
  readonly params: Json;
  /** What the approval depends on, from `Remediation.bind`. */
  readonly binding: Json;
  readonly policy: RemediationPolicy;
}

/** SHA-256 in hex of exactly what is approved. When one of its parts changes before the run, people are asked again. */
export function approvalDigest(approvable: Approvable): string {
  const { remediation, accountSid, params, binding, policy } = approvable;
  const text = canonicalize({ remediation, accountSid, params, binding, policy });
  return createHash("sha256")
    .update(text ?? "")
    .digest("hex");
}
