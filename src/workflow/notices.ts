import type { Approval } from "../approval/contract.ts";
import { possibleApprovers } from "../approval/people.ts";
import { type Policy, policyFor } from "../approval/policy.ts";
import type { Clock } from "../lib/clock.ts";
import { within } from "../lib/deadline.ts";
import type { AccountSid, ApprovalId, IncidentId, PersonId, RunId } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { alarmCard } from "../notice/alarm-card.ts";
import { detailsCard } from "../notice/details-card.ts";
import { incidentCard } from "../notice/incident-card.ts";
import { outcomeCard } from "../notice/outcome-card.ts";
import { requestCard } from "../notice/request-card.ts";
import { incidentSubject } from "../notice/subjects.ts";
import type {
  AccountView,
  IncidentView,
  Names,
  OfferView,
  PendingView,
  RequestView,
  RunView,
} from "../notice/views.ts";
import type { AnyRemediation } from "../remediation/contract.ts";
import type { Run } from "../remediation/run.ts";
import type { Notice } from "./deliver.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import type { Store, Twilio } from "./ports.ts";
import type { SituationOf } from "./situation.ts";
import { parseSubject } from "./subjects.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly store: Pick<Store, "events" | "incidents" | "signals" | "observations" | "previews">;
  readonly twilio: Twilio;
  readonly remediations: readonly AnyRemediation[];
  readonly findRemediation: (id: string) => AnyRemediation;
  readonly situationOf: SituationOf;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly log: Log;
}

/** A card must not wait for a slow Twilio to learn an account's name. */
const FACTS_BUDGET_MS = 1_000;

type KnownApproval = Exclude<Approval, { readonly status: "none" }>;

/** From a subject to its card, out of the latest state. */
export function createNoticeOf(parts: Parts): (subject: string, lagMs: number) => Promise<Notice | null> {
  const { executor, machines, store, twilio, clock } = parts;

  async function accountOf(sid: AccountSid): Promise<AccountView> {
    try {
      return await within(FACTS_BUDGET_MS, "the account's name", twilio.facts(sid));
    } catch {
      return { sid };
    }
  }

  function names(): Names {
    return new Map(parts.policy().people.map((person) => [person.id, person.name]));
  }

  async function approvalsOf(incidentId: IncidentId): Promise<readonly KnownApproval[]> {
    const ids = await store.incidents.approvalsOf(incidentId);
    const approvals = await Promise.all(ids.map((id) => executor.read(machines.approval, id)));
    return approvals.filter((approval): approval is KnownApproval => approval.status !== "none");
  }

  async function incidentView(incidentId: IncidentId, lagMs: number): Promise<IncidentView | null> {
    const incident = await executor.read(machines.incident, incidentId);
    if (incident.status === "none") return null;
    const { accountSid, firstSignalAtMs } = incident.alert;
    const [account, approvals, [observation], buckets] = await Promise.all([
      accountOf(accountSid),
      approvalsOf(incidentId),
      store.observations.newest(incidentId, 1),
      store.signals.bucketsSince(accountSid, firstSignalAtMs),
    ]);
    const granted = approvals.filter((approval) => approval.status === "granted");
    const runs = await Promise.all(granted.map(({ request }) => executor.read(machines.run, request.id)));
    const { people } = parts.policy();
    return {
      incident,
      account,
      observation: observation ?? null,
      unconfirmedReason: observation?.missing[0] ?? "Twilio's records do not show it yet; usage data lags",
      signalCount: buckets.reduce((sum, bucket) => sum + bucket.count, 0),
      runs: granted.flatMap((approval, index) => runView(approval, runs[index], account)),
      pending: approvals.flatMap(pendingView),
      offers: parts.remediations.map((remediation) => offerView(remediation, account)),
      names: names(),
      responders: people.filter((person) => person.roles.includes("responder")).map((person) => person.id),
      mentionResponders: incident.alert.severity === "critical" && incident.status === "open",
      lagMs,
    };
  }

  function runView(approval: KnownApproval, run: Run | undefined, account: AccountView): readonly RunView[] {
    const { request } = approval;
    if (run === undefined || run.status === "none") return approval.status === "granted" ? [notBegun(approval)] : [];
    const remediation = parts.findRemediation(request.remediation);
    const undo = remediation.undoneBy === null ? null : parts.findRemediation(remediation.undoneBy);
    const isInEffect = run.status === "done" || run.status === "partly-done";
    const canUndo = isInEffect && undo !== null && "status" in account && undo.offer(account) === null;
    return [
      {
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
      },
    ];
  }

  async function requestView(approvalId: ApprovalId): Promise<RequestView | null> {
    const approval = await executor.read(machines.approval, approvalId);
    if (approval.status === "none") return null;
    const { request } = approval;
    const remediation = parts.findRemediation(request.remediation);
    const [account, run, preview, situation] = await Promise.all([
      accountOf(request.accountSid),
      executor.read(machines.run, approvalId),
      store.previews.load(approvalId),
      parts.situationOf(request),
    ]);
    const policy = parts.policy();
    const rule = policyFor(policy, remediation.policyId);
    return {
      approval,
      account,
      isReversible: remediation.isReversible,
      willHappen: preview === null ? [] : remediation.preview(preview.snapshot, situation).willHappen,
      chosen: request.details,
      names: names(),
      possibleApprovers: possibleApprovers(policy.people, rule, request.requester).map((person): PersonId => person.id),
      run: runView(approval, run, account)[0] ?? null,
    };
  }

  /** Revision: the newest record of all streams that the card shows. */
  async function revisionOf(incidentId: IncidentId): Promise<number> {
    const ids = await store.incidents.approvalsOf(incidentId);
    return store.events.newestSequence([
      `incident-${incidentId}`,
      ...ids.flatMap((id) => [`approval-${id}`, `run-${id}`]),
    ]);
  }

  return async (text, lagMs) => {
    const subject = parseSubject(text);
    if (subject === undefined) return null;
    switch (subject.kind) {
      case "incident":
      case "details": {
        // The revision is read first: a record that comes meanwhile makes the card newer than it says, never older.
        const revision = await revisionOf(subject.incidentId);
        const view = await incidentView(subject.incidentId, lagMs);
        if (view === null) return null;
        if (subject.kind === "incident") {
          return {
            card: incidentCard(view, clock.now()),
            channel: "incident",
            threadOf: null,
            revision,
            linkedFrom: [],
          };
        }
        return {
          card: detailsCard(view),
          channel: "incident",
          threadOf: incidentSubject(subject.incidentId),
          revision,
          linkedFrom: [],
        };
      }
      case "alarm": {
        const revision = await revisionOf(subject.incidentId);
        const view = await incidentView(subject.incidentId, lagMs);
        const card = view === null ? null : alarmCard(view, subject.sinceMs);
        const threadOf = incidentSubject(subject.incidentId);
        return card === null ? null : { card, channel: "incident", threadOf, revision, linkedFrom: [] };
      }
      case "approval":
      case "outcome": {
        const { approvalId } = subject;
        const revision = await store.events.newestSequence([`approval-${approvalId}`, `run-${approvalId}`]);
        const view = await requestView(approvalId);
        if (view === null) return null;
        const card = subject.kind === "approval" ? requestCard(view, clock.now()) : outcomeCard(view);
        if (card === null) return null;
        const incident = incidentSubject(view.approval.request.incidentId);
        const linkedFrom = subject.kind === "approval" ? [incident] : [];
        return { card, channel: "incident", threadOf: incident, revision, linkedFrom };
      }
    }
  };
}

/** Approved and not begun: Twilio cannot be reached, or a worker is about to. */
function notBegun({
  request,
  approvedBy,
  grantedAtMs,
}: Extract<KnownApproval, { readonly status: "granted" }>): RunView {
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

function pendingView(approval: KnownApproval): readonly PendingView[] {
  if (approval.status !== "pending") return [];
  const { id, remediation, description, requester, expiresAtMs, undoOf } = approval.request;
  return [{ approvalId: id, remediation, description, requester, expiresAtMs, undoOf }];
}

/** When Twilio cannot say what the account is now, everything may be asked for: the dialog looks again. */
function offerView(remediation: AnyRemediation, account: AccountView): OfferView {
  const { id, title, isReversible, undoes } = remediation;
  const blockedReason = "status" in account ? remediation.offer(account) : null;
  return { remediation: id, title, isReversible, undoes, blockedReason };
}
