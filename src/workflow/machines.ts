import type { Approval, ApprovalCommand, ApprovalEvent, ApprovalRefusal } from "../approval/contract.ts";
import { decideApproval } from "../approval/decide.ts";
import { evolveApproval, noApproval } from "../approval/evolve.ts";
import type { PlatformName } from "../audit/envelope.ts";
import type { IncidentSettings } from "../incident/decide.ts";
import { unreachable } from "../lib/decision.ts";
import { approvalSubject, incidentSubject, outcomeSubject } from "../notice/subjects.ts";
import {
  decideRun,
  evolveRun,
  noRun,
  type Run,
  type RunCommand,
  type RunEvent,
  type RunRefusal,
} from "../remediation/run.ts";
import { ABOUT_NOTHING, type Machine } from "./execute.ts";
import { createIncidentMachine, type IncidentMachine } from "./incident-machine.ts";
import { type SilenceMachine, silenceMachine } from "./silence-machine.ts";
import { atOnce, createWishes } from "./wishes.ts";

export interface Machines {
  readonly incident: IncidentMachine;
  readonly silence: SilenceMachine;
  readonly approval: Machine<Approval, ApprovalCommand, ApprovalEvent, ApprovalRefusal>;
  readonly run: Machine<Run, RunCommand, RunEvent, RunRefusal>;
}

/**
 * What is about to change again waits this long for it: Slack takes about fifty edits a minute, and people's own come first.
 * https://docs.slack.dev/apis/web-api/rate-limits
 */
const SOON_MS = 1_500;

/** The four machines with what follows from their events. */
export function createMachines(platforms: readonly PlatformName[], settings: () => IncidentSettings): Machines {
  const wishes = createWishes(platforms);
  const { notify, notifyAt } = wishes;

  return {
    incident: createIncidentMachine(wishes, settings),
    silence: silenceMachine,

    approval: {
      kind: "approval",
      initial: noApproval,
      decide: decideApproval,
      evolve: evolveApproval,
      reactionsTo(event, state, nowMs) {
        if (state.status === "none") return [];
        const { id, incidentId, expiresAtMs } = state.request;
        const cards = notify(approvalSubject(id), incidentSubject(incidentId));
        // The card leads to the request, and is edited when that is posted; it speaks of it in any case soon.
        const requestFirst = [
          ...notify(approvalSubject(id)),
          ...notifyAt(nowMs + SOON_MS, incidentSubject(incidentId)),
        ];
        switch (event.type) {
          case "approval-requested":
            return [...requestFirst, { job: "expire", key: id, dueAtMs: expiresAtMs }];
          case "approval-given":
            return notify(approvalSubject(id));
          case "approval-granted":
            return [atOnce("run", id), ...requestFirst];
          case "approval-denied":
          case "approval-withdrawn":
          case "approval-expired":
            return [...cards, ...notify(outcomeSubject(id))];
          default:
            return unreachable(event);
        }
      },
      indexOf: (state, nowMs) =>
        state.status === "none"
          ? []
          : [
              {
                table: "approval",
                id: state.request.id,
                incidentId: state.request.incidentId,
                remediation: state.request.remediation,
                status: state.status,
                undoOf: state.request.undoOf,
                expiresAtMs: state.request.expiresAtMs,
                changedAtMs: nowMs,
              },
            ],
      about: (state) =>
        state.status === "none"
          ? ABOUT_NOTHING
          : {
              accountSid: state.request.accountSid,
              incidentId: state.request.incidentId,
              what: state.request.description,
            },
    },

    run: {
      kind: "run",
      initial: noRun,
      decide: decideRun,
      evolve: evolveRun,
      reactionsTo(event, state, nowMs) {
        if (state.status === "none") return [];
        const { approvalId, incidentId } = state.grant;
        const cards = notify(incidentSubject(incidentId), approvalSubject(approvalId));
        switch (event.type) {
          case "run-started":
            return notifyAt(nowMs + SOON_MS, incidentSubject(incidentId), approvalSubject(approvalId));
          case "run-resumed":
          case "run-step-recorded":
            return [];
          case "run-done":
          case "run-partly-done":
          case "run-refused":
          case "run-unknown":
            return [...cards, ...notify(outcomeSubject(approvalId)), atOnce("observe", incidentId)];
          case "run-reverted":
            return cards;
          default:
            return unreachable(event);
        }
      },
      indexOf: () => [],
      about: (state) =>
        state.status === "none"
          ? ABOUT_NOTHING
          : { accountSid: state.grant.accountSid, incidentId: state.grant.incidentId, what: state.grant.description },
    },
  };
}
