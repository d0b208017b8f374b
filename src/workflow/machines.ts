import type { Approval, ApprovalCommand, ApprovalEvent, ApprovalRefusal } from "../approval/contract.ts";
import { decideApproval } from "../approval/decide.ts";
import { evolveApproval, noApproval } from "../approval/evolve.ts";
import type { PlatformName } from "../audit/envelope.ts";
import type { Incident, IncidentCommand, IncidentEvent, IncidentRefusal } from "../incident/contract.ts";
import { decideIncident, type IncidentSettings } from "../incident/decide.ts";
import { evolveIncident, noIncident } from "../incident/evolve.ts";
import { unreachable } from "../lib/decision.ts";
import { alarmSubject, approvalSubject, detailsSubject, incidentSubject, outcomeSubject } from "../notice/subjects.ts";
import {
  decideRun,
  evolveRun,
  noRun,
  type Run,
  type RunCommand,
  type RunEvent,
  type RunRefusal,
} from "../remediation/run.ts";
import type { Machine } from "./execute.ts";
import type { FollowUp } from "./ports.ts";

export interface Machines {
  readonly incident: Machine<Incident, IncidentCommand, IncidentEvent, IncidentRefusal>;
  readonly approval: Machine<Approval, ApprovalCommand, ApprovalEvent, ApprovalRefusal>;
  readonly run: Machine<Run, RunCommand, RunEvent, RunRefusal>;
}

const NOTHING = { accountSid: null, incidentId: null, what: null } as const;

/**
 * What is about to change again waits this long for it: Slack takes about fifty edits a minute, and people's own come first.
 * https://docs.slack.dev/apis/web-api/rate-limits
 */
const SOON_MS = 1_500;

/** The three machines with what follows from their events. */
export function createMachines(platforms: readonly PlatformName[], settings: () => IncidentSettings): Machines {
  const notifyAt = (dueAtMs: number | null, ...subjects: readonly string[]): readonly FollowUp[] =>
    subjects.flatMap((subject) =>
      platforms.map((platform) => ({ job: "notify", key: `${platform}.${subject}`, dueAtMs })),
    );
  const notify = (...subjects: readonly string[]): readonly FollowUp[] => notifyAt(null, ...subjects);
  const now = (job: FollowUp["job"], key: string): FollowUp => ({ job, key, dueAtMs: null });

  return {
    incident: {
      kind: "incident",
      initial: noIncident,
      decide: (state, command, nowMs) => decideIncident(state, command, nowMs, settings()),
      evolve: evolveIncident,
      reactionsTo(event, state) {
        if (state.status === "none") return [];
        const card = notify(incidentSubject(state.id));
        const news = [...card, ...notify(detailsSubject(state.id)), now("observe", state.id)];
        switch (event.type) {
          case "incident-opened":
            return news;
          case "incident-reopened":
            return [...news, ...notify(alarmSubject(state.id, event.atMs))];
          case "incident-escalated":
            return event.reason === "escalated" ? [...news, ...notify(alarmSubject(state.id, event.atMs))] : news;
          case "incident-confirmed":
            return [...card, ...notify(detailsSubject(state.id))];
          case "incident-unconfirmed":
          case "incident-acknowledged":
          case "incident-contained":
          case "incident-released":
          case "incident-resolved":
            return card;
          default:
            return unreachable(event);
        }
      },
      indexOf: (state, nowMs) =>
        state.status === "none"
          ? []
          : [
              {
                table: "incident",
                id: state.id,
                dedupKey: state.alert.dedupKey,
                accountSid: state.alert.accountSid,
                status: state.status,
                changedAtMs: nowMs,
              },
            ],
      about: (state) =>
        state.status === "none" ? NOTHING : { accountSid: state.alert.accountSid, incidentId: state.id, what: null },
    },

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
            return [now("run", id), ...requestFirst];
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
          ? NOTHING
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
            return [...cards, ...notify(outcomeSubject(approvalId)), now("observe", incidentId)];
          case "run-reverted":
            return cards;
          default:
            return unreachable(event);
        }
      },
      indexOf: () => [],
      about: (state) =>
        state.status === "none"
          ? NOTHING
          : { accountSid: state.grant.accountSid, incidentId: state.grant.incidentId, what: state.grant.description },
    },
  };
}
