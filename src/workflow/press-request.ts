import type { ChatUser, DialogAnswer } from "../chat/platform.ts";
import type { Clock } from "../lib/clock.ts";
import type { ApprovalId, IncidentId, RunId } from "../lib/id.ts";
import type { Press } from "../notice/card.ts";
import { clickRefusalSentence } from "../notice/refusals.ts";
import type { AnyRemediation, RemediationId } from "../remediation/contract.ts";
import type { Executor } from "./execute.ts";
import type { Told } from "./guard.ts";
import type { IncidentClicks } from "./incident-click.ts";
import type { Machines } from "./machines.ts";
import type { IncidentIndex } from "./ports.ts";
import type { Requests } from "./request.ts";

interface Parts {
  readonly clicks: IncidentClicks;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly requests: Requests;
  readonly incidents: IncidentIndex;
  readonly findRemediation: (id: string) => AnyRemediation | undefined;
  readonly clock: Clock;
}

export type RequestPress = Extract<Press, { readonly action: "request" | "undo" }>;

/** Opens the dialog of a remediation, or of what undoes a run. */
export type PressRequest = (user: ChatUser, pressed: RequestPress) => Promise<DialogAnswer | Told>;

export function createPressRequest(parts: Parts): PressRequest {
  const { clicks, executor, machines, findRemediation } = parts;

  async function pendingRequest(incidentId: IncidentId, remediation: RemediationId): Promise<ApprovalId | null> {
    for (const id of await parts.incidents.approvalsOf(incidentId)) {
      const approval = await executor.read(machines.approval, id);
      if (approval.status !== "pending" || approval.request.remediation !== remediation) continue;
      if (parts.clock.now() < approval.request.expiresAtMs) return id;
    }
    return null;
  }

  async function undoOf(
    runId: RunId,
    incidentId: IncidentId,
  ): Promise<{ readonly id: RemediationId; readonly undoOf: RunId } | string> {
    const run = await executor.read(machines.run, runId);
    // What one account was before must not be restored on another.
    if (run.status !== "none" && run.grant.incidentId !== incidentId) return "That belongs to another incident.";
    if (run.status === "reverted") return "This was undone already.";
    if (run.status !== "done" && run.status !== "partly-done") return "There is nothing to undo: it has not been done.";
    const undoneBy = findRemediation(run.grant.remediation)?.undoneBy ?? null;
    return undoneBy === null ? "This cannot be undone." : { id: undoneBy, undoOf: runId };
  }

  return (user, pressed) => {
    const { incidentId, action } = pressed;
    const what = action === "request" ? (findRemediation(pressed.remediation)?.title ?? null) : null;
    return clicks.onUnresolved<DialogAnswer | Told>(
      { user, incidentId, attempted: action, what },
      async ({ incident, no }) => {
        const found =
          action === "request"
            ? { id: pressed.remediation, undoOf: null }
            : await undoOf(pressed.runId as RunId, incidentId);
        if (typeof found === "string") return no("not-available", found);
        const remediation = findRemediation(found.id);
        if (remediation === undefined) return no("unknown-remediation", clickRefusalSentence("unknown-remediation"));
        if ((await pendingRequest(incidentId, remediation.id)) !== null) {
          return no(
            "already-requested",
            `${remediation.title} was requested already and waits for approval: see the thread of the card.`,
          );
        }
        const { accountSid } = incident.alert;
        return parts.requests.open({ incidentId, accountSid, remediation, undoOf: found.undoOf });
      },
    );
  };
}
