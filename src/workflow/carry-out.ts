import type { Approval } from "../approval/contract.ts";
import { approvalDigest } from "../approval/digest.ts";
import { countStillValid, rolesOf } from "../approval/people.ts";
import { type Policy, policyFor } from "../approval/policy.ts";
import type { Json } from "../audit/envelope.ts";
import type { Clock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";
import type { ApprovalId, RunId } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type {
  AnyRemediation,
  Grant,
  Outcome,
  RunContext,
  RunStep,
  SecretSink,
  Situation,
  TwilioAccount,
} from "../remediation/contract.ts";
import type { Run } from "../remediation/run.ts";
import type { Because, Executor } from "./execute.ts";
import { done, type JobResult, later } from "./job.ts";
import type { Machines } from "./machines.ts";
import type { PreviewStore, Store, Twilio } from "./ports.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly store: Pick<Store, "withLock"> & { readonly previews: PreviewStore };
  readonly twilio: Twilio;
  readonly findRemediation: (id: string) => AnyRemediation;
  readonly situationOf: (grant: Pick<Grant, "incidentId" | "accountSid" | "undoOf">) => Promise<Situation>;
  readonly sink: SecretSink;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly log: Log;
}

const SOMEBODY_ELSE_HAS_IT_MS = 1_000;
const READ_BACK_AGAIN_MS = 5_000;
/** A run that could not even begin for this long is given up as refused: people must know that they have to act otherwise. */
const GIVE_UP_AFTER_MS = 15 * 60_000;

const because: Because = { actor: { kind: "tollgate", part: "run" }, cause: "job" };

type LiveRun = Exclude<Run, { readonly status: "none" }>;
type GrantedApproval = Extract<Approval, { readonly status: "granted" }>;

/**
 * Carries out what was granted, once. Only one worker of all replicas is inside for a run (a lock that dies with its holder),
 * authority and bound facts are looked at again first, and what may or may not have happened is read back, never repeated blindly.
 */
export function createCarryOut(parts: Parts): (approvalId: string) => Promise<JobResult> {
  const { executor, machines, store, twilio, clock, log } = parts;

  async function carryOut(approvalId: ApprovalId): Promise<JobResult> {
    const approval = await executor.read(machines.approval, approvalId);
    if (approval.status !== "granted") return done;
    const { grant } = approval;
    const remediation = parts.findRemediation(grant.remediation);
    const account = await twilio.account(grant.accountSid);
    let run = await executor.read(machines.run, approvalId);
    const isFirstTry = run.status === "none";

    if (run.status === "none") {
      const reason =
        account === undefined
          ? "this account is not under Tollgate's parent account any more"
          : await whyNot(approval, remediation, account);
      const command =
        reason === null ? ({ type: "start", grant } as const) : ({ type: "refuse", grant, reason } as const);
      run = (await executor.execute(machines.run, approvalId, command, because)).state;
    }
    if (run.status === "started" || run.status === "unknown") {
      // It was ours when the run began: the list of accounts is wrong for a moment, or the account was moved away.
      if (account === undefined) return later(clock.now() + READ_BACK_AGAIN_MS);
      const outcome = await attempt(remediation, contextOf(approvalId, grant, run.steps, account), run, isFirstTry);
      if (outcome === null) return later(clock.now() + READ_BACK_AGAIN_MS);
      const finished = await executor.execute(machines.run, approvalId, { type: "finish", outcome }, because);
      log.info({ runId: approvalId, remediation: grant.remediation, status: finished.state.status }, "run finished");
      if (finished.state.status === "unknown") return later(clock.now() + READ_BACK_AGAIN_MS);
      run = finished.state;
    }
    if (run.status !== "none") await afterwards(run);
    return done;
  }

  /** Authority at the moment of execution, and everything that the approval was bound to. Null when all is as it was. */
  async function whyNot(
    approval: GrantedApproval,
    remediation: AnyRemediation,
    account: TwilioAccount,
  ): Promise<string | null> {
    const { grant, request } = approval;
    const policy = parts.policy();
    const rule = policyFor(policy, remediation.policyId);
    if (!rolesOf(policy.people, grant.requester).includes("responder"))
      return "the requester is not a responder any more";
    if (countStillValid(policy.people, rule, grant.requester, approval.approvedBy) < rule.approvals) {
      return "those who approved may not approve any more";
    }
    const snapshot = await remediation.read(account, await parts.situationOf(grant));
    const { accountSid, params } = grant;
    const binding = remediation.bind(params, snapshot);
    const now = approvalDigest({ remediation: grant.remediation, accountSid, params, binding, policy: rule });
    if (now === grant.digest) return null;
    if (
      approvalDigest({ remediation: grant.remediation, accountSid, params, binding, policy: request.policy }) ===
      grant.digest
    ) {
      return "the policy changed since it was approved; please ask again";
    }
    const before = await store.previews.load(grant.approvalId);
    const changed = before === null ? [] : differences(remediation.bind(params, before.snapshot), binding);
    return `what it depends on changed since it was approved${changed.length === 0 ? "" : ` (${changed.join(", ")})`}; please ask again`;
  }

  function contextOf(
    approvalId: ApprovalId,
    grant: Grant,
    recorded: readonly RunStep[],
    account: TwilioAccount,
  ): RunContext<Json> {
    const steps = [...recorded];
    return {
      params: grant.params,
      account,
      grant,
      runId: approvalId as string as RunId,
      sink: parts.sink,
      nowMs: () => clock.now(),
      steps,
      async recordStep(step, data = null) {
        const stored = await executor.execute(machines.run, approvalId, { type: "record-step", step, data }, because);
        if (!stored.accepted) throw new Fault("rejected", `run ${approvalId} is ${stored.refusal}`);
        steps.push({ name: step, atMs: clock.now(), data });
      },
    };
  }

  /** Null: nothing can be said yet, look again later. */
  async function attempt(
    remediation: AnyRemediation,
    context: RunContext<Json>,
    run: LiveRun,
    isFirstTry: boolean,
  ): Promise<Outcome | null> {
    if (!isFirstTry) {
      // An earlier worker died or lost track: what it may have done is read before anything is written.
      const found = await remediation.check(context);
      if (found === null) return { status: "unknown", reason: "Twilio could not be read back" };
      if (found !== "not-in-effect") return found;
    }
    try {
      return await remediation.run(context);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return outcomeOf(error, context, run);
    }
  }

  function outcomeOf(fault: Fault, context: RunContext<Json>, run: LiveRun): Outcome {
    const mayComeAgain = fault.kind === "rate-limited" || fault.leavesOutcomeUnknown;
    if (mayComeAgain && clock.now() - run.startedAtMs < GIVE_UP_AFTER_MS) throw fault;
    if (context.steps.length > 0 || fault.leavesOutcomeUnknown) return { status: "unknown", reason: fault.message };
    return { status: "refused", reason: fault.message };
  }

  /** What a settled run means for others. Comes again after a crash, and does no harm then. */
  async function afterwards(run: LiveRun): Promise<void> {
    if (run.status !== "done" && run.status !== "partly-done") return;
    const { grant } = run;
    const runId = grant.approvalId as string as RunId;
    if (grant.remediation === "suspend-subaccount") {
      await executor.execute(machines.incident, grant.incidentId, { type: "contain", runId }, because);
    }
    if (grant.undoOf !== null && run.status === "done") {
      await executor.execute(machines.run, grant.undoOf, { type: "revert", by: runId }, because);
      await executor.execute(machines.incident, grant.incidentId, { type: "release", runId: grant.undoOf }, because);
    }
  }

  return async (key) => {
    const approvalId = key as ApprovalId;
    const locked = await store.withLock(`run-${approvalId}`, () => carryOut(approvalId));
    return locked.held ? locked.answer : later(clock.now() + SOMEBODY_ELSE_HAS_IT_MS);
  };
}

/** Names of the bound facts that differ: told to people, so names only. */
function differences(before: Json, after: Json): readonly string[] {
  if (!isObject(before) || !isObject(after)) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

function isObject(json: Json): json is { readonly [name: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
