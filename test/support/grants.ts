import type { ApprovalEvent, ApprovalRequest } from "../../src/approval/contract.ts";
import { evolveApproval, noApproval } from "../../src/approval/evolve.ts";
import type { PersonId } from "../../src/lib/id.ts";
import type { Grant } from "../../src/remediation/contract.ts";
import { requestFixture } from "./fixtures.ts";

/** A grant made the only way there is one: by an approval. */
export function grantFixture(changes: Partial<ApprovalRequest> = {}): Grant {
  const request = requestFixture(changes);
  const events: readonly ApprovalEvent[] = [
    { type: "approval-requested", request, atMs: 0 },
    { type: "approval-given", by: "ben" as PersonId, atMs: 1 },
    { type: "approval-granted", atMs: 1 },
  ];
  const approval = events.reduce(evolveApproval, noApproval);
  if (approval.status !== "granted") throw new Error("a grant was expected");
  return approval.grant;
}
