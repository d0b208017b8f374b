import type { ApprovalRequest } from "../../src/approval/contract.ts";
import { DEFAULT_REMEDIATION_POLICY } from "../../src/approval/policy.ts";
import type { Alert, Observation } from "../../src/detection/contract.ts";
import type { AccountSid, ApprovalId, IncidentId, PersonId } from "../../src/lib/id.ts";

export const ACCOUNT = `AC${"1".repeat(32)}` as AccountSid;

export function alertFixture(changes: Partial<Alert> = {}): Alert {
  return {
    dedupKey: `${ACCOUNT}.toll-fraud`,
    accountSid: ACCOUNT,
    threat: "toll-fraud",
    severity: "warning",
    summary: "Outbound call spend passed 50 USD today.",
    evidence: [],
    firstSignalAtMs: 1_000,
    lastSignalAtMs: 1_000,
    reportedTodayUsd: null,
    category: "calls-outbound",
    countries: [],
    ...changes,
  };
}

export function observationFixture(changes: Partial<Observation> = {}): Observation {
  return {
    atMs: 1_500,
    category: "calls-outbound",
    spendTodayUsd: 63.2,
    usualDayUsd: 12,
    unitsToday: 100,
    burnPerHourUsd: null,
    liveCalls: 3,
    destinations: [{ country: "LV", calls: 12, isAllowed: false }],
    missing: [],
    ...changes,
  };
}

export function requestFixture(changes: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: "a1" as ApprovalId,
    incidentId: "7" as IncidentId,
    remediation: "suspend-subaccount",
    accountSid: ACCOUNT,
    params: {},
    description: "Suspend the subaccount",
    details: [],
    digest: "d".repeat(64),
    policy: DEFAULT_REMEDIATION_POLICY,
    policyDigest: "p".repeat(64),
    requester: "ann" as PersonId,
    reason: "Toll fraud to Latvia",
    requestedAtMs: 0,
    expiresAtMs: 900_000,
    undoOf: null,
    ...changes,
  };
}
