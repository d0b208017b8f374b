import type { Approval } from "../approval/contract.ts";
import { approvalDigest } from "../approval/digest.ts";
import { countStillValid, rolesOf } from "../approval/people.ts";
import { type Policy, policyFor } from "../approval/policy.ts";
import type { Json } from "../audit/envelope.ts";
import type { Clock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";
import type { AccountSid, ApprovalId, RunId } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type {
  AnyRemediation,
  Grant,
  Outcome,
  RunContext,
  SecretSink,
  Situation,
  TwilioAccount,
} from "../remediation/contract.ts";
import type { Run, RunRefusal } from "../remediation/run.ts";
import type { Because, Executed, Executor } from "./execute.ts";
import { done, type JobHandler, type JobResult, later } from "./job.ts";
import type { Machines } from "./machines.ts";
import type { Store, Todo, Twilio } from "./ports.ts";
import { readFor } from "./read-for.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly store: Pick<Store, "withLock" | "previews" | "incidents">;
  readonly twilio: Twilio;
  readonly findRemediation: (id: string) => AnyRemediation;
  readonly situationOf: (grant: Pick<Grant, "incidentId" | "accountSid" | "undoOf">) => Promise<Situation>;
  readonly sink: SecretSink;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly log: Log;
}

const SOMEBODY_ELSE_HAS_IT_MS = 1_000;
const FIRST_LOOK_AGAIN_MS = 5_000;
const LONGEST_LOOK_AGAIN_MS = 60_000;
/**
 * Money burns while nothing happens, and the world moves on: what could not be done this long after it was approved or begun is
 * given up, and people are told that they have to act otherwise.
 */
const GIVE_UP_AFTER_MS = 15 * 60_000;

const because: Because = { actor: { kind: "tollgate", part: "run" }, cause: "job" };

type LiveRun = Exclude<Run, { readonly status: "none" }>;
type OpenRun = Extract<Run, { readonly status: "started" | "unknown" }>;
type GrantedApproval = Extract<Approval, { readonly status: "granted" }>;

/**
 * Carries out what was granted, once. One worker of all replicas is at work on an account (a lock that dies with its holder), and
 * who took a run over keeps the one before from writing. Authority and bound facts are looked at again first; what may or may not
 * have happened is read back, never repeated blindly.
 */
export function createCarryOut(parts: Parts): JobHandler {
  const { executor, machines, store, twilio, clock, log } = parts;
  /** Attempts that this process began and ended itself: nobody else writes for them, so going on with one needs no record. */
  const endedHere = new Map<ApprovalId, number>();

  async function carryOut(approval: GrantedApproval, todo: Todo): Promise<JobResult> {
    const { grant } = approval;
    const id = grant.approvalId;
    const remediation = parts.findRemediation(grant.remediation);
    let run = await executor.read(machines.run, id);
    // A worker whose lock was lost may find that another one began meanwhile: then this is no first try, but one to take over.
    let isFirstTry = false;
    if (run.status === "none") {
      const begun = await begin(approval, remediation);
      run = begun.state;
      isFirstTry = begun.accepted;
    }
    if (run.status === "started" || run.status === "unknown") {
      // It was ours when the run began: the list of accounts is wrong for a moment, or the account was moved away.
      const account = await accountOf(grant.accountSid);
      if (account === undefined && !isGivenUp(run.startedAtMs)) return later(lookAgainAtMs(todo));
      const { outcome, attempt } =
        account === undefined
          ? { outcome: givenUp(run), attempt: run.attempt }
          : isFirstTry
            ? { outcome: await tryToRun(remediation, contextOf(run, account), run), attempt: run.attempt }
            : await takeOver(remediation, run, account);
      const finished = await executor.execute(machines.run, id, { type: "finish", attempt, outcome }, because);
      log.info({ runId: id, remediation: grant.remediation, status: finished.state.status }, "run came to an end");
      run = finished.state;
      if (run.status === "started" || run.status === "unknown") return later(lookAgainAtMs(todo));
    }
    if (run.status !== "none") await afterwards(remediation, run);
    endedHere.delete(id);
    return done;
  }

  /** Undefined also while Twilio refuses to say: a run that began must come to an end, even when our credentials died meanwhile. */
  async function accountOf(sid: AccountSid): Promise<TwilioAccount | undefined> {
    try {
      return await twilio.account(sid);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      log.warn({ accountSid: sid, kind: error.kind, code: error.code }, "the account of a run could not be looked up");
      return undefined;
    }
  }

  function lookAgainAtMs({ attempts }: Todo): number {
    return clock.now() + Math.min(LONGEST_LOOK_AGAIN_MS, FIRST_LOOK_AGAIN_MS * 2 ** attempts);
  }

  function isGivenUp(sinceMs: number): boolean {
    return clock.now() - sinceMs > GIVE_UP_AFTER_MS;
  }

  /** Starts the run or refuses it. Throws a `Fault` when Twilio could not be asked and the time is not over yet. */
  async function begin(approval: GrantedApproval, remediation: AnyRemediation): Promise<Executed<Run, RunRefusal>> {
    const { grant } = approval;
    const reason = isGivenUp(approval.grantedAtMs)
      ? "it could not be begun within 15 minutes of its approval; please ask again"
      : await whyNot(approval, remediation);
    const command =
      reason === null ? ({ type: "start", grant } as const) : ({ type: "refuse", grant, reason } as const);
    return executor.execute(machines.run, grant.approvalId, command, because);
  }

  /** An earlier worker died or lost track: what it may have done is read before anything is written. */
  async function takeOver(remediation: AnyRemediation, run: OpenRun, account: TwilioAccount) {
    const found = await remediation.check(contextOf(run, account));
    const { attempt } = run;
    if (found === null)
      return { outcome: { status: "unknown", reason: "Twilio could not be read back" } as const, attempt };
    if (found !== "not-in-effect") return { outcome: found, attempt };
    if (isGivenUp(run.startedAtMs)) return { outcome: givenUp(run), attempt };
    if (endedHere.get(run.grant.approvalId) === attempt)
      return { outcome: await tryToRun(remediation, contextOf(run, account), run), attempt };
    const { state } = await executor.execute(machines.run, run.grant.approvalId, { type: "resume" }, because);
    if (state.status !== "started" && state.status !== "unknown")
      throw new Fault("unavailable", "the run was settled meanwhile");
    return { outcome: await tryToRun(remediation, contextOf(state, account), state), attempt: state.attempt };
  }

  /** Authority at the moment of execution. Null when those who asked and approved may still do so. */
  function whyNoAuthority({ grant, approvedBy }: GrantedApproval, remediation: AnyRemediation): string | null {
    const policy = parts.policy();
    const { people } = policy;
    const rule = policyFor(policy, remediation.policyId);
    if (!rolesOf(people, grant.requester).includes("responder")) return "the requester is not a responder any more";
    if (countStillValid(people, rule, grant.requester, approvedBy) < rule.approvals) {
      return "those who approved may not approve any more";
    }
    return null;
  }

  /** Authority, and everything that the approval was bound to. Null when all is as it was. */
  async function whyNot(approval: GrantedApproval, remediation: AnyRemediation): Promise<string | null> {
    const { grant, request } = approval;
    const unauthorised = whyNoAuthority(approval, remediation);
    if (unauthorised !== null) return unauthorised;
    const incident = await executor.read(machines.incident, grant.incidentId);
    if (incident.status === "resolved") return "the incident was resolved meanwhile";
    let snapshot: Json;
    try {
      const account = await twilio.account(grant.accountSid);
      if (account === undefined) return "this account is not under Tollgate's parent account any more";
      snapshot = await readFor(remediation, account, await parts.situationOf(grant));
    } catch (error) {
      if (!(error instanceof Fault) || mayPass(error)) throw error;
      return `the account could not be read (${error.message})`;
    }
    // Reading may have taken long, and somebody may have lost a role meanwhile.
    const since = whyNoAuthority(approval, remediation);
    if (since !== null) return since;
    const rule = policyFor(parts.policy(), remediation.policyId);
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

  function contextOf({ grant, steps: recorded, attempt }: OpenRun, account: TwilioAccount): RunContext<Json> {
    const steps = [...recorded];
    return {
      params: grant.params,
      account,
      grant,
      runId: grant.approvalId as string as RunId,
      sink: parts.sink,
      nowMs: () => clock.now(),
      steps,
      async recordStep(step, data = null) {
        const command = { type: "record-step", attempt, step, data } as const;
        const stored = await executor.execute(machines.run, grant.approvalId, command, because);
        if (!stored.accepted)
          throw new Fault("unavailable", `another worker has run ${grant.approvalId} (${stored.refusal})`);
        steps.push({ name: step, atMs: clock.now(), data });
      },
    };
  }

  async function tryToRun(remediation: AnyRemediation, context: RunContext<Json>, run: OpenRun): Promise<Outcome> {
    try {
      return await remediation.run(context);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (mayPass(error) && !isGivenUp(run.startedAtMs)) throw error;
      if (context.steps.length > 0 || error.leavesOutcomeUnknown) return { status: "unknown", reason: error.message };
      return { status: "refused", reason: error.message };
    } finally {
      endedHere.set(run.grant.approvalId, run.attempt);
    }
  }

  /** What a settled run means for others. Comes again after a crash, and does no harm then. */
  async function afterwards(remediation: AnyRemediation, run: LiveRun): Promise<void> {
    if (run.status !== "done" && run.status !== "partly-done") return;
    const { grant } = run;
    const runId = grant.approvalId as string as RunId;
    if (remediation.containsIncident) {
      await executor.execute(machines.incident, grant.incidentId, { type: "contain", runId }, because);
    }
    const undone = remediation.undoes === null ? null : parts.findRemediation(remediation.undoes);
    if (undone?.containsIncident === true) await releaseAll(grant.accountSid);
    if (grant.undoOf !== null && run.status === "done") {
      await executor.execute(machines.run, grant.undoOf, { type: "revert", by: runId }, because);
    }
  }

  /** An account that is active again is contained in none of its incidents, whichever card it was reactivated from. */
  async function releaseAll(accountSid: AccountSid): Promise<void> {
    for (const id of await store.incidents.unresolved()) {
      const incident = await executor.read(machines.incident, id);
      if (incident.status !== "contained" || incident.alert.accountSid !== accountSid) continue;
      await executor.execute(machines.incident, id, { type: "release", runId: incident.containedBy }, because);
    }
  }

  return async (key, todo) => {
    const approval = await executor.read(machines.approval, key as ApprovalId);
    if (approval.status !== "granted") return done;
    const locked = await store.withLock(`account-${approval.grant.accountSid}`, () => carryOut(approval, todo));
    return locked.held ? locked.answer : later(clock.now() + SOMEBODY_ELSE_HAS_IT_MS);
  };
}

/** Trouble that may be over in a moment; anything else is an answer. */
function mayPass(fault: Fault): boolean {
  return fault.kind === "rate-limited" || fault.leavesOutcomeUnknown;
}

/** Not (wholly) in effect after all this time. Steps that were begun may have left traces, so only without any was nothing changed. */
function givenUp({ steps }: OpenRun): Outcome {
  const [first] = steps;
  if (first === undefined)
    return { status: "refused", reason: "Twilio did not take it for 15 minutes, and Tollgate gave up" };
  return {
    status: "partly-done",
    evidence: [],
    remaining: [
      "Look at this account in the Twilio Console: Twilio did not take all of it for 15 minutes, and Tollgate gave up.",
    ],
    // What a remediation captures before it changes anything is in its first step.
    captured: first.data,
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
