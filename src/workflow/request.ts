import type { ApprovalRequest, Person } from "../approval/contract.ts";
import { approvalDigest } from "../approval/digest.ts";
import { possibleApprovers } from "../approval/people.ts";
import { type Policy, policyFor } from "../approval/policy.ts";
import type { Actor } from "../audit/envelope.ts";
import type { DialogAnswer, SubmitAnswer } from "../chat/platform.ts";
import type { Clock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";
import type { AccountSid, ApprovalId, IncidentId, RunId } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { failedDialog, filledDialog, MAX_REASON_CHARACTERS, openingDialog, REASON_FIELD } from "../notice/dialog.ts";
import { approvalSubject } from "../notice/subjects.ts";
import type { AnyRemediation } from "../remediation/contract.ts";
import { createAccountView } from "./account-view.ts";
import type { Executor } from "./execute.ts";
import { textOf, type Values } from "./forms.ts";
import type { Machines } from "./machines.ts";
import type { PreviewStore, StoredPreview, Twilio } from "./ports.ts";
import { readFor } from "./read-for.ts";
import { refusalText } from "./refusal-text.ts";
import type { SituationOf } from "./situation.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly previews: PreviewStore;
  readonly twilio: Twilio;
  readonly situationOf: SituationOf;
  readonly findRemediation: (id: string) => AnyRemediation;
  readonly policy: () => Policy;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Wanted {
  readonly incidentId: IncidentId;
  readonly accountSid: AccountSid;
  readonly remediation: AnyRemediation;
  readonly undoOf: RunId | null;
}

export interface Requests {
  /** A dialog that opens at once; its facts are read from Twilio afterwards. */
  open(wanted: Wanted): Promise<DialogAnswer>;
  submit(
    requester: Person,
    actor: Actor,
    previewId: ApprovalId,
    preview: StoredPreview,
    values: Values,
  ): Promise<SubmitAnswer>;
}

/** Asking for a remediation: the dialog's preview, and the request that is bound to what it showed. */
export function createRequests(parts: Parts): Requests {
  const { executor, machines, previews, twilio, clock, log } = parts;

  const accountView = createAccountView(twilio);

  async function fill({ incidentId, accountSid, remediation, undoOf }: Wanted) {
    const account = await twilio.account(accountSid);
    if (account === undefined) throw new Fault("not-found", `${accountSid} is not an account of ours`);
    const situation = await parts.situationOf({ incidentId, accountSid, undoOf });
    const [facts, snapshot] = await Promise.all([twilio.facts(accountSid), readFor(remediation, account, situation)]);
    const previewId = parts.newId() as ApprovalId;
    const takenAtMs = clock.now();
    await previews.save(previewId, {
      incidentId,
      accountSid,
      remediation: remediation.id,
      snapshot,
      undoOf,
      takenAtMs,
    });
    return filledDialog({
      title: remediation.title,
      account: facts,
      preview: remediation.preview(snapshot, situation),
      previewId,
      readAtMs: takenAtMs,
      isReversible: remediation.isReversible,
    });
  }

  return {
    async open(wanted) {
      const { remediation, accountSid } = wanted;
      const account = await accountView(accountSid);
      return {
        kind: "dialog",
        opening: openingDialog(remediation.title, account),
        fill: () =>
          fill(wanted).catch((error: unknown) => {
            log.warn({ accountSid, remediation: remediation.id, err: error }, "a dialog could not be filled");
            const why = error instanceof Fault ? error.message : "Tollgate met an error of its own";
            return failedDialog(remediation.title, account, why);
          }),
      };
    },

    async submit(requester, actor, previewId, preview, values) {
      const remediation = parts.findRemediation(preview.remediation);
      const chosen = remediation.choose(preview.snapshot, values);
      const reason = textOf(values, REASON_FIELD);
      const problems: Record<string, string> = chosen.ok ? {} : { ...chosen.problems };
      if (reason === "") problems[REASON_FIELD] = "Say in a few words why: approvers and auditors read it.";
      if (reason.length > MAX_REASON_CHARACTERS)
        problems[REASON_FIELD] = `At most ${MAX_REASON_CHARACTERS} characters.`;
      if (!chosen.ok || Object.keys(problems).length > 0) return { kind: "errors", problems };

      const policy = parts.policy();
      const rule = policyFor(policy, remediation.policyId);
      if (possibleApprovers(policy.people, rule, requester.id).length < rule.approvals) {
        await executor.note({
          stream: approvalSubject(previewId),
          type: "refused",
          accountSid: preview.accountSid,
          incidentId: preview.incidentId,
          what: remediation.describe(chosen.params),
          data: { attempted: "request", refusal: "nobody-can-approve" },
          actor,
          cause: "click",
        });
        return {
          kind: "told",
          text: `Nobody could approve this: policy asks for ${rule.approvals} approval(s) by ${rule.who.join(" or ") || "nobody"}, and not enough other people hold that role. Ask the operator of Tollgate to add an approver in tollgate.yml.`,
        };
      }
      const { incidentId, accountSid, undoOf } = preview;
      const requestedAtMs = clock.now();
      const request: ApprovalRequest = {
        id: previewId,
        incidentId,
        remediation: remediation.id,
        accountSid,
        params: chosen.params,
        description: remediation.describe(chosen.params),
        details: remediation.details(chosen.params, preview.snapshot),
        digest: approvalDigest({
          remediation: remediation.id,
          accountSid,
          params: chosen.params,
          binding: remediation.bind(chosen.params, preview.snapshot),
          policy: rule,
        }),
        policy: rule,
        policyDigest: policy.digest,
        requester: requester.id,
        reason,
        requestedAtMs,
        // Both set by the decision itself, by its own clock.
        expiresAtMs: requestedAtMs + rule.expiresMs,
        undoOf,
      };
      const command = { type: "request", request, roles: requester.roles } as const;
      const asked = await executor.execute(machines.approval, previewId, command, { actor, cause: "click" });
      // The same dialog sent twice is one request: the second sending is no news for anybody.
      if (asked.accepted || asked.refusal === "already-requested") return { kind: "done" };
      return { kind: "told", text: refusalText(policy, asked.refusal, asked.state, clock.now()) };
    },
  };
}
