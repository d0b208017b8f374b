import { describe, it } from "vitest";
import type { ApprovalEvent, ApprovalRequest, RemediationPolicy, Role } from "../../src/approval/contract.ts";
import { decideApproval } from "../../src/approval/decide.ts";
import { evolveApproval, noApproval } from "../../src/approval/evolve.ts";
import type { PersonId } from "../../src/lib/id.ts";
import { requestFixture } from "../support/fixtures.ts";
import { scenario } from "../support/given.ts";

const given = scenario({ initial: noApproval, decide: decideApproval, evolve: evolveApproval });
const ann = "ann" as PersonId;
const ben = "ben" as PersonId;
const cem = "cem" as PersonId;
const dia = "dia" as PersonId;
const responder: readonly Role[] = ["responder"];
const approver: readonly Role[] = ["approver"];
const both: readonly Role[] = ["responder", "approver"];

const NOW = 1_000_000;
const FOUR_EYES: RemediationPolicy = { approvals: 1, who: ["approver"], expiresMs: 900_000, selfApproval: false };

function requested(policy: RemediationPolicy = FOUR_EYES): { request: ApprovalRequest; event: ApprovalEvent } {
  const request = requestFixture({ policy, requester: ann, requestedAtMs: NOW, expiresAtMs: NOW + policy.expiresMs });
  return { request, event: { type: "approval-requested", request, atMs: NOW } };
}

describe("an approval", () => {
  const { request, event } = requested();

  it("begins with a responder's request", () => {
    given().when({ type: "request", request, roles: responder }, NOW).yields(event);
  });

  it("refuses a request by somebody who is no responder", () => {
    given().when({ type: "request", request, roles: approver }, NOW).refuses("not-a-responder");
  });

  it("takes the same request once", () => {
    given(event).when({ type: "request", request, roles: responder }, NOW).refuses("already-requested");
  });

  it("is granted by one approver under four eyes", () => {
    given(event)
      .when({ type: "approve", by: ben, roles: approver }, NOW + 1)
      .yields({ type: "approval-given", by: ben, atMs: NOW + 1 }, { type: "approval-granted", atMs: NOW + 1 });
  });

  it("refuses the requester, whatever their roles", () => {
    given(event).when({ type: "approve", by: ann, roles: both }, NOW).refuses("own-request");
  });

  it("lets the requester approve only where policy says so, and only with the role", () => {
    const own = requested({ ...FOUR_EYES, selfApproval: true });
    given(own.event).when({ type: "approve", by: ann, roles: both }, NOW).becomes({ status: "granted" });
    given(own.event).when({ type: "approve", by: ann, roles: responder }, NOW).refuses("not-an-approver");
  });

  it("refuses somebody without the role", () => {
    given(event).when({ type: "approve", by: cem, roles: [] }, NOW).refuses("not-an-approver");
    given(event).when({ type: "deny", by: cem, roles: responder }, NOW).refuses("not-an-approver");
  });

  it("means nobody when the list of approving roles is empty", () => {
    const nobody = requested({ ...FOUR_EYES, who: [] });
    given(nobody.event).when({ type: "approve", by: ben, roles: both }, NOW).refuses("not-an-approver");
  });

  it("counts people, not clicks", () => {
    const two = requested({ ...FOUR_EYES, approvals: 2 });
    const once: ApprovalEvent = { type: "approval-given", by: ben, atMs: NOW };
    given(two.event).when({ type: "approve", by: ben, roles: approver }, NOW).yields(once);
    given(two.event, once).when({ type: "approve", by: ben, roles: approver }, NOW).refuses("already-approved-by-you");
    given(two.event, once)
      .when({ type: "approve", by: dia, roles: approver }, NOW)
      .becomes({ status: "granted", approvedBy: [ben, dia] });
  });

  it("is settled by one denial", () => {
    given(event)
      .when({ type: "deny", by: ben, roles: approver }, NOW)
      .yields({ type: "approval-denied", by: ben, atMs: NOW });
  });

  it("is withdrawn by its requester's own denial", () => {
    given(event)
      .when({ type: "deny", by: ann, roles: responder }, NOW)
      .yields({ type: "approval-withdrawn", by: ann, atMs: NOW });
  });

  it("is withdrawn with its incident: what nobody needs any more must not stay approvable", () => {
    given(event).when({ type: "close" }, NOW).yields({ type: "approval-withdrawn", by: null, atMs: NOW });
    const granted: readonly ApprovalEvent[] = [
      event,
      { type: "approval-given", by: ben, atMs: NOW },
      { type: "approval-granted", atMs: NOW },
    ];
    given(...granted)
      .when({ type: "close" }, NOW)
      .refuses("already-granted");
  });

  it("lives from the moment of the decision, whatever the clock that asked said", () => {
    given()
      .when({ type: "request", request, roles: responder }, NOW + 3_600_000)
      .becomes({
        request: { ...request, requestedAtMs: NOW + 3_600_000, expiresAtMs: NOW + 3_600_000 + FOUR_EYES.expiresMs },
      });
  });

  it("cannot be approved at or after its time, though no timer came", () => {
    given(event).when({ type: "approve", by: ben, roles: approver }, request.expiresAtMs).refuses("already-expired");
    given(event)
      .when({ type: "approve", by: ben, roles: approver }, request.expiresAtMs - 1)
      .becomes({ status: "granted" });
  });

  it("ignores a timer that comes early and takes one that comes late", () => {
    given(event)
      .when({ type: "expire" }, request.expiresAtMs - 1)
      .refuses("not-due");
    given(event)
      .when({ type: "expire" }, request.expiresAtMs + 99_999)
      .becomes({ status: "expired" });
  });

  it("never changes once it is settled, and says how it was settled", () => {
    const granted: readonly ApprovalEvent[] = [
      event,
      { type: "approval-given", by: ben, atMs: NOW },
      { type: "approval-granted", atMs: NOW },
    ];
    given(...granted)
      .when({ type: "deny", by: dia, roles: approver }, NOW)
      .refuses("already-granted");
    given(...granted)
      .when({ type: "expire" }, request.expiresAtMs)
      .refuses("already-granted");
    const denied: ApprovalEvent = { type: "approval-denied", by: ben, atMs: NOW };
    given(event, denied).when({ type: "approve", by: dia, roles: approver }, NOW).refuses("already-denied");
    const withdrawn: ApprovalEvent = { type: "approval-withdrawn", by: ann, atMs: NOW };
    given(event, withdrawn).when({ type: "approve", by: ben, roles: approver }, NOW).refuses("already-withdrawn");
    const expired: ApprovalEvent = { type: "approval-expired", atMs: NOW };
    given(event, expired).when({ type: "approve", by: ben, roles: approver }, NOW).refuses("already-expired");
  });

  it("knows nothing of a request that was never made", () => {
    given().when({ type: "approve", by: ben, roles: approver }, NOW).refuses("unknown-request");
  });
});
