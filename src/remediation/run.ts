import type { Json } from "../audit/envelope.ts";
import { accept, type Decision, refuse, unreachable } from "../lib/decision.ts";
import type { RunId } from "../lib/id.ts";
import type { Grant, Outcome, RunStep } from "./contract.ts";

/**
 * State machine 3: one execution of a granted remediation. Its stream is named after the approval, so one grant has one run.
 *
 * none --start--> started --finish--> done | partly-done | refused
 *                    |  '---finish--> unknown --finish (after reading back)--> done | partly-done | refused
 *                    |-------------- record-step (any number) while started or unknown
 *                    '-------------- resume: another worker takes over, and the one before it is refused from then on
 * done, partly-done --revert (by the run that undid it)--> reverted
 */
export type Run =
  | { readonly status: "none" }
  | {
      readonly status: "started" | "unknown";
      readonly grant: Grant;
      readonly startedAtMs: number;
      readonly steps: readonly RunStep[];
      readonly reason: string | null;
      /** Who may write: the fencing token of the worker that took it last. */
      readonly attempt: number;
    }
  | (Settled & { readonly status: "done" | "partly-done"; readonly captured: Json })
  | (Settled & { readonly status: "refused" })
  | (Settled & {
      readonly status: "reverted";
      readonly captured: Json;
      readonly revertedBy: RunId;
      readonly revertedAtMs: number;
    });

interface Settled {
  readonly grant: Grant;
  readonly startedAtMs: number;
  readonly steps: readonly RunStep[];
  readonly finishedAtMs: number;
  readonly evidence: readonly string[];
  /** What a person must still do by hand. */
  readonly remaining: readonly string[];
  readonly reason: string | null;
}

export type RunCommand =
  | { readonly type: "start"; readonly grant: Grant }
  | { readonly type: "resume" }
  | { readonly type: "record-step"; readonly attempt: number; readonly step: string; readonly data: Json }
  | { readonly type: "finish"; readonly attempt: number; readonly outcome: Outcome }
  /** Refused before anything was done, without a start: the world changed since the approval. */
  | { readonly type: "refuse"; readonly grant: Grant; readonly reason: string }
  | { readonly type: "revert"; readonly by: RunId };

export type RunEvent =
  | { readonly type: "run-started"; readonly grant: Grant; readonly atMs: number }
  | { readonly type: "run-resumed"; readonly attempt: number; readonly atMs: number }
  | { readonly type: "run-step-recorded"; readonly step: string; readonly data: Json; readonly atMs: number }
  | { readonly type: "run-done"; readonly evidence: readonly string[]; readonly captured: Json; readonly atMs: number }
  | {
      readonly type: "run-partly-done";
      readonly evidence: readonly string[];
      readonly remaining: readonly string[];
      readonly captured: Json;
      readonly atMs: number;
    }
  | { readonly type: "run-refused"; readonly grant: Grant; readonly reason: string; readonly atMs: number }
  | { readonly type: "run-unknown"; readonly reason: string; readonly atMs: number }
  | { readonly type: "run-reverted"; readonly by: RunId; readonly atMs: number };

export type RunRefusal = "already-started" | "already-settled" | "not-started" | "superseded" | "nothing-to-revert";

export const noRun: Run = { status: "none" };

export function decideRun(state: Run, command: RunCommand, nowMs: number): Decision<RunEvent, RunRefusal> {
  switch (command.type) {
    case "start":
      return state.status === "none"
        ? accept({ type: "run-started", grant: command.grant, atMs: nowMs })
        : refuse(whyNotStart(state));
    case "refuse":
      return state.status === "none"
        ? accept({ type: "run-refused", grant: command.grant, reason: command.reason, atMs: nowMs })
        : refuse(whyNotStart(state));
    case "resume":
      if (state.status === "none") return refuse("not-started");
      if (state.status !== "started" && state.status !== "unknown") return refuse("already-settled");
      return accept({ type: "run-resumed", attempt: state.attempt + 1, atMs: nowMs });
    case "record-step":
      if (state.status === "none") return refuse("not-started");
      if (state.status !== "started" && state.status !== "unknown") return refuse("already-settled");
      if (state.attempt !== command.attempt) return refuse("superseded");
      return accept({ type: "run-step-recorded", step: command.step, data: command.data, atMs: nowMs });
    case "finish":
      if (state.status === "none") return refuse("not-started");
      if (state.status !== "started" && state.status !== "unknown") return refuse("already-settled");
      if (state.attempt !== command.attempt) return refuse("superseded");
      return finish(state, command.outcome, nowMs);
    case "revert":
      return state.status === "done" || state.status === "partly-done"
        ? accept({ type: "run-reverted", by: command.by, atMs: nowMs })
        : refuse("nothing-to-revert");
    default:
      return unreachable(command);
  }
}

function whyNotStart(state: Run): "already-started" | "already-settled" {
  return state.status === "started" || state.status === "unknown" ? "already-started" : "already-settled";
}

function finish(
  state: Run & { readonly grant: Grant },
  outcome: Outcome,
  nowMs: number,
): Decision<RunEvent, RunRefusal> {
  switch (outcome.status) {
    case "done":
      return accept({ type: "run-done", evidence: outcome.evidence, captured: outcome.captured, atMs: nowMs });
    case "partly-done":
      return accept({
        type: "run-partly-done",
        evidence: outcome.evidence,
        remaining: outcome.remaining,
        captured: outcome.captured,
        atMs: nowMs,
      });
    case "refused":
      return accept({ type: "run-refused", grant: state.grant, reason: outcome.reason, atMs: nowMs });
    case "unknown":
      // Still unknown is no news: the record would grow with every look.
      return state.status === "unknown"
        ? accept()
        : accept({ type: "run-unknown", reason: outcome.reason, atMs: nowMs });
    default:
      return unreachable(outcome);
  }
}

export function evolveRun(state: Run, event: RunEvent): Run {
  if (event.type === "run-started") {
    return { status: "started", grant: event.grant, startedAtMs: event.atMs, steps: [], reason: null, attempt: 1 };
  }
  if (event.type === "run-refused" && state.status === "none") {
    return {
      status: "refused",
      grant: event.grant,
      startedAtMs: event.atMs,
      steps: [],
      finishedAtMs: event.atMs,
      evidence: [],
      remaining: [],
      reason: event.reason,
    };
  }
  if (event.type === "run-reverted") {
    if (state.status !== "done" && state.status !== "partly-done")
      throw new Error(`${event.type} cannot follow ${state.status}`);
    return { ...state, status: "reverted", revertedBy: event.by, revertedAtMs: event.atMs };
  }
  if (state.status !== "started" && state.status !== "unknown")
    throw new Error(`${event.type} cannot follow ${state.status}`);
  const { grant, startedAtMs, steps } = state;
  switch (event.type) {
    case "run-resumed":
      return { ...state, attempt: event.attempt };
    case "run-step-recorded":
      return { ...state, steps: [...state.steps, { name: event.step, atMs: event.atMs, data: event.data }] };
    case "run-unknown":
      return { ...state, status: "unknown", reason: event.reason };
    case "run-done":
      return {
        status: "done",
        grant,
        startedAtMs,
        steps,
        finishedAtMs: event.atMs,
        evidence: event.evidence,
        remaining: [],
        reason: null,
        captured: event.captured,
      };
    case "run-partly-done":
      return {
        status: "partly-done",
        grant,
        startedAtMs,
        steps,
        finishedAtMs: event.atMs,
        evidence: event.evidence,
        remaining: event.remaining,
        reason: null,
        captured: event.captured,
      };
    case "run-refused":
      return {
        status: "refused",
        grant,
        startedAtMs,
        steps,
        finishedAtMs: event.atMs,
        evidence: [],
        remaining: [],
        reason: event.reason,
      };
    default:
      return unreachable(event);
  }
}
