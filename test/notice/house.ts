/** An incident on Acme Voice EU as the builders are given it, and ways to read a card as text. */
import type { Approval, ApprovalRequest } from "../../src/approval/contract.ts";
import type { Actor } from "../../src/audit/envelope.ts";
import type { Alert, Observation } from "../../src/detection/contract.ts";
import type { ContainedIncident, LiveIncident, OpenIncident, ResolvedIncident } from "../../src/incident/contract.ts";
import type { AccountSid, ApprovalId, IncidentId, PersonId, RunId, SilenceId } from "../../src/lib/id.ts";
import type { Card, Element, Rich } from "../../src/notice/card.ts";
import type {
  IncidentSummary,
  IncidentView,
  OfferView,
  PendingView,
  RequestView,
  RunView,
  SilenceSummary,
} from "../../src/notice/views.ts";
import type { AccountFacts, Grant, RemediationId } from "../../src/remediation/contract.ts";

export const NOW_MS = Date.UTC(2026, 10, 21, 3, 12);
export const MINUTE_MS = 60_000;

export const SID = `AC${"2".repeat(32)}` as AccountSid;
export const ann = "ann" as PersonId;
export const ben = "ben" as PersonId;
export const dia = "dia" as PersonId;
export const names = new Map([
  [ann, "Ann Ito"],
  [ben, "Ben Okafor"],
  [dia, "Dia Costa"],
]);
export const annAsActor: Actor = {
  kind: "person",
  personId: "ann",
  name: "Ann Ito",
  platform: "slack",
  userId: "U0ANN",
};

export const account: AccountFacts = { sid: SID, friendlyName: "Acme Voice EU", status: "active", isParent: false };

const alert: Alert = {
  dedupKey: `${SID}.toll-fraud`,
  accountSid: SID,
  threat: "toll-fraud",
  severity: "critical",
  summary: "Outbound calls crossed 50.00 USD today",
  evidence: [{ label: "Usage trigger", value: "calls-outbound reached 61.20 USD of 50.00 USD" }],
  firstSignalAtMs: NOW_MS - 12 * MINUTE_MS,
  lastSignalAtMs: NOW_MS - 2 * MINUTE_MS,
  category: "calls-outbound",
  reportedTodayUsd: null,
  countries: [],
};

export const open: OpenIncident = {
  status: "open",
  id: "7" as IncidentId,
  alert,
  openedAtMs: NOW_MS - 11 * MINUTE_MS,
  reopenedAtMs: null,
  calledAtMs: NOW_MS - 11 * MINUTE_MS,
  confirmation: "reported",
  countries: [],
  assignee: null,
  assigned: null,
  snoozedUntilMs: null,
  snoozedBy: null,
  alarm: null,
  merged: [],
};

export const acknowledged: LiveIncident = {
  ...open,
  status: "acknowledged",
  assignee: ann,
  acknowledgedBy: annAsActor,
  acknowledgedAtMs: NOW_MS - 5 * MINUTE_MS,
};
export const contained: ContainedIncident = {
  ...open,
  status: "contained",
  containedBy: "run18" as RunId,
  containedAtMs: NOW_MS - 3 * MINUTE_MS,
  acknowledgedBy: annAsActor,
};
export const resolved: ResolvedIncident = {
  ...open,
  status: "resolved",
  resolvedBy: annAsActor,
  resolvedAtMs: NOW_MS - MINUTE_MS,
  acknowledgedBy: annAsActor,
  cause: "fraud-stopped",
  note: null,
  mergedInto: null,
  heardAtMs: NOW_MS - MINUTE_MS,
};
export const mergedAway: ResolvedIncident = { ...resolved, cause: "merged", mergedInto: "9" as IncidentId };

export const observation: Observation = {
  atMs: NOW_MS - MINUTE_MS,
  category: "calls-outbound",
  spendTodayUsd: 1204.11,
  usualDayUsd: 122.3,
  unitsToday: 5310,
  burnPerHourUsd: 212.4,
  liveCalls: 37,
  destinations: [
    { country: "LV", calls: 302, isAllowed: false },
    { country: "US", calls: 4, isAllowed: true },
  ],
  missing: [],
};

export const offers: readonly OfferView[] = [
  {
    remediation: "suspend-subaccount",
    title: "Suspend subaccount",
    isReversible: true,
    undoes: null,
    blockedReason: null,
    approvalMs: 15 * MINUTE_MS,
  },
  {
    remediation: "disable-geo-regions",
    title: "Disable geo regions",
    isReversible: true,
    undoes: null,
    blockedReason: null,
    approvalMs: 15 * MINUTE_MS,
  },
  {
    remediation: "delete-api-keys",
    title: "Delete API keys",
    isReversible: false,
    undoes: null,
    blockedReason: null,
    approvalMs: 15 * MINUTE_MS,
  },
  {
    remediation: "rotate-auth-token",
    title: "Rotate auth token",
    isReversible: false,
    undoes: null,
    blockedReason: null,
    approvalMs: 15 * MINUTE_MS,
  },
  {
    remediation: "reactivate-subaccount",
    title: "Reactivate subaccount",
    isReversible: true,
    undoes: "suspend-subaccount",
    blockedReason: "It is active.",
    approvalMs: 15 * MINUTE_MS,
  },
  {
    remediation: "restore-geo-regions",
    title: "Restore geo regions",
    isReversible: true,
    undoes: "disable-geo-regions",
    blockedReason: null,
    approvalMs: 15 * MINUTE_MS,
  },
];

export const incidentView: IncidentView = {
  incident: open,
  account,
  observation: null,
  unconfirmedReason: null,
  charts: { card: [], details: [] },
  proposal: null,
  signalCount: 1,
  runs: [],
  pending: [],
  offers,
  names,
  responders: [ann, ben],
  mentionResponders: true,
  lagMs: null,
  buckets: [],
  platformsDown: [],
  silence: null,
  merged: [],
};

export const silence: SilenceSummary = {
  id: "s1" as SilenceId,
  account,
  threat: "toll-fraud",
  by: annAsActor,
  reason: "A campaign to Latvia until noon",
  startedAtMs: NOW_MS - 60 * MINUTE_MS,
  untilMs: NOW_MS + 60 * MINUTE_MS,
  heldBack: [],
};

export function summary(parts: Partial<IncidentSummary> = {}): IncidentSummary {
  return {
    id: "9" as IncidentId,
    status: "open",
    severity: "critical",
    threat: "toll-fraud",
    account,
    openedAtMs: NOW_MS - 20 * MINUTE_MS,
    rate: { usd: 212.4, isAtLeast: false },
    spendTodayUsd: 1204.11,
    assignee: null,
    acknowledgedBy: null,
    snoozedUntilMs: null,
    ...parts,
  };
}

export function run(remediation: RemediationId, parts: Partial<RunView> = {}): RunView {
  return {
    runId: `run${remediation.length}` as RunId,
    remediation,
    description: "Suspend the subaccount",
    status: "done",
    by: ann,
    approvedBy: [ben],
    atMs: NOW_MS - 3 * MINUTE_MS,
    reason: null,
    evidence: ["Twilio reports status suspended"],
    remaining: [],
    undoTitle: null,
    ...parts,
  };
}

export function pending(remediation: RemediationId, parts: Partial<PendingView> = {}): PendingView {
  return {
    approvalId: "a1" as ApprovalId,
    remediation,
    description: "Suspend the subaccount",
    requester: ann,
    expiresAtMs: NOW_MS + 14 * MINUTE_MS,
    undoOf: null,
    ...parts,
  };
}

export const request: ApprovalRequest = {
  id: "a1" as ApprovalId,
  incidentId: open.id,
  remediation: "suspend-subaccount",
  accountSid: SID,
  params: {},
  description: "Suspend the subaccount",
  details: [],
  digest: "d".repeat(64),
  policy: { approvals: 1, who: ["approver"], expiresMs: 15 * MINUTE_MS, selfApproval: false },
  policyDigest: "p".repeat(64),
  requester: ann,
  reason: "Calls to Latvia that are not ours",
  requestedAtMs: NOW_MS - MINUTE_MS,
  expiresAtMs: NOW_MS + 14 * MINUTE_MS,
  undoOf: null,
};

const grant: Grant = {
  __grant: true,
  approvalId: request.id,
  incidentId: request.incidentId,
  remediation: request.remediation,
  accountSid: SID,
  params: {},
  description: request.description,
  digest: request.digest,
  requester: ann,
  approvers: [ben],
  undoOf: null,
};

type KnownApproval = Exclude<Approval, { readonly status: "none" }>;

export const approvals = {
  pending: { status: "pending", request, approvedBy: [] },
  granted: { status: "granted", request, approvedBy: [ben], grantedAtMs: NOW_MS, grant },
  denied: { status: "denied", request, by: ben, settledAtMs: NOW_MS },
  withdrawn: { status: "withdrawn", request, by: request.requester, settledAtMs: NOW_MS },
  expired: { status: "expired", request, settledAtMs: NOW_MS },
} satisfies Record<KnownApproval["status"], KnownApproval>;

export const requestView: RequestView = {
  approval: approvals.pending,
  account,
  isReversible: true,
  willHappen: ["All calls and messages of this subaccount stop, in and out."],
  chosen: [],
  names,
  possibleApprovers: [ben, dia],
  run: null,
};

/** Moments are written `<minutes from now>`, bold words `*so*`. */
function plain(rich: Rich): string {
  return rich
    .map((part) => {
      if (typeof part === "string") return part;
      return "bold" in part ? `*${part.bold}*` : `<${Math.round((part.atMs - NOW_MS) / MINUTE_MS)}>`;
    })
    .join("");
}

function elementText(element: Element): readonly string[] {
  switch (element.kind) {
    case "text":
      return [plain(element.text)];
    case "facts":
      return element.facts.map(({ label, value }) => `${label}: ${plain(value)}`);
    case "list":
      return [`${element.title}`, ...element.items.map((item) => `- ${item}`)];
    case "timeline":
      return element.entries.map(({ atMs, text }) => `${plain([{ atMs }])} ${plain(text)}`);
    case "mention":
      return [`@${element.people.join(" @")} ${element.text}`];
    case "link":
      return [`${element.label} -> ${element.subject}`];
    case "entry":
      return [`${plain(element.text)}${element.button === null ? "" : ` [${element.button.label}]`}`];
    case "chart":
      return [element.finding];
  }
}

export function linesOf({ elements }: { readonly elements: readonly Element[] }): readonly string[] {
  return elements.flatMap(elementText);
}

export function labels(card: Pick<Card, "buttons" | "overflow">): {
  readonly buttons: readonly string[];
  readonly overflow: readonly string[];
} {
  return { buttons: card.buttons.map(({ label }) => label), overflow: card.overflow.map(({ label }) => label) };
}
