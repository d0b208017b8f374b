import type { Policy } from "../approval/policy.ts";
import type { ChatUser, PressAnswer } from "../chat/platform.ts";
import type { Clock } from "../lib/clock.ts";
import type { ApprovalId } from "../lib/id.ts";
import { incidentRefusalSentence } from "../notice/refusals.ts";
import { approvalSubject } from "../notice/subjects.ts";
import type { Attempt, Authority } from "./authority.ts";
import type { Executor } from "./execute.ts";
import { told } from "./guard.ts";
import type { Machines } from "./machines.ts";
import { refusalText } from "./refusal-text.ts";

interface Parts {
  readonly authority: Authority;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly policy: () => Policy;
  readonly clock: Clock;
}

export type PressApproval = (user: ChatUser, id: ApprovalId, type: "approve" | "deny") => Promise<PressAnswer>;

export function createPressApproval({ authority, executor, machines, policy, clock }: Parts): PressApproval {
  return async (user, approvalId, type) => {
    const approval = await executor.read(machines.approval, approvalId);
    const incidentId = approval.status === "none" ? null : approval.request.incidentId;
    const what = approval.status === "none" ? null : approval.request.description;
    const on = { stream: approvalSubject(approvalId), incidentId, what };
    const attempt: Attempt = { user, attempted: type, on, cause: "click" };
    // Which role it takes is the request's own policy: the machine knows it.
    const admission = await authority.admit(attempt, "anybody");
    if (!admission.admitted) return told(admission.sentence);
    const { person, actor } = admission;
    const incident = incidentId === null ? null : await executor.read(machines.incident, incidentId);
    if (type === "approve" && approval.status === "pending" && incident?.status === "resolved") {
      await authority.refuse(attempt, person, "already-resolved");
      return told(incidentRefusalSentence("already-resolved", incident, clock.now()));
    }
    const command = { type, by: person.id, roles: person.roles } as const;
    const outcome = await executor.execute(machines.approval, approvalId, command, { actor, cause: "click" });
    return outcome.accepted
      ? { kind: "done" }
      : told(refusalText(policy(), outcome.refusal, outcome.state, clock.now()));
  };
}
