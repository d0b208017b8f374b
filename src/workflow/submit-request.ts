import type { ChatUser, SubmitAnswer } from "../chat/platform.ts";
import type { Clock } from "../lib/clock.ts";
import type { ApprovalId } from "../lib/id.ts";
import { clickRefusalSentence, incidentRefusalSentence } from "../notice/refusals.ts";
import { approvalSubject } from "../notice/subjects.ts";
import type { Attempt, Authority } from "./authority.ts";
import type { Executor } from "./execute.ts";
import type { Values } from "./forms.ts";
import { told } from "./guard.ts";
import type { Machines } from "./machines.ts";
import type { PreviewStore } from "./ports.ts";
import type { Requests } from "./request.ts";

interface Parts {
  readonly authority: Authority;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly requests: Requests;
  readonly previews: PreviewStore;
  readonly clock: Clock;
}

export type SubmitRequest = (user: ChatUser, previewId: ApprovalId, values: Values) => Promise<SubmitAnswer>;

/** The dialog of a remediation was sent: a request that is bound to what it showed. */
export function createSubmitRequest({
  authority,
  executor,
  machines,
  requests,
  previews,
  clock,
}: Parts): SubmitRequest {
  return async (user, previewId, values) => {
    const preview = await previews.load(previewId);
    const on = { stream: approvalSubject(previewId), incidentId: preview?.incidentId ?? null };
    const attempt: Attempt = { user, attempted: "request", on, cause: "click" };
    // Whether they are a responder is asked by the machine, with all else that a request needs.
    const admission = await authority.admit(attempt, "anybody");
    if (!admission.admitted) return told(admission.sentence);
    const { person, actor } = admission;
    if (preview === null) {
      await authority.refuse(attempt, person, "unknown-preview");
      return told(clickRefusalSentence("preview-is-gone"));
    }
    const incident = await executor.read(machines.incident, preview.incidentId);
    if (incident.status === "resolved") {
      await authority.refuse(attempt, person, "already-resolved");
      return told(incidentRefusalSentence("already-resolved", incident, clock.now()));
    }
    return requests.submit(person, actor, previewId, preview, values);
  };
}
