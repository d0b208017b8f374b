import type { Person } from "../approval/contract.ts";
import { personOf } from "../approval/people.ts";
import type { Policy } from "../approval/policy.ts";
import type { Actor } from "../audit/envelope.ts";
import type { ChatHandlers, ChatUser, PressAnswer } from "../chat/platform.ts";
import type { Command } from "../command/contract.ts";
import type { Clock } from "../lib/clock.ts";
import { within } from "../lib/deadline.ts";
import { unreachable } from "../lib/decision.ts";
import { Fault } from "../lib/fault.ts";
import type { ApprovalId, IncidentId, RunId } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { answerCard, sentenceCard } from "../notice/answer-card.ts";
import type { Press } from "../notice/card.ts";
import { clickRefusalSentence, incidentRefusalSentence, personRefusalSentence } from "../notice/refusals.ts";
import { approvalSubject, incidentSubject } from "../notice/subjects.ts";
import type { AnyRemediation, RemediationId } from "../remediation/contract.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import type { IncidentIndex, PreviewStore, Twilio } from "./ports.ts";
import { refusalText } from "./refusal-text.ts";
import type { Requests } from "./request.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly requests: Requests;
  readonly incidents: IncidentIndex;
  readonly previews: PreviewStore;
  readonly twilio: Twilio;
  readonly commands: readonly Command[];
  readonly findRemediation: (id: string) => AnyRemediation | undefined;
  readonly policy: () => Policy;
  readonly clock: Clock;
  readonly log: Log;
}

/** Slack shows an error after three seconds: an answer that needs the store must come well before. */
const CLICK_BUDGET_MS = 1_000;

/**
 * What a click or a command does. Authority is decided here, on the server: the person, their roles now, and the state.
 * Every click changes something or its clicker alone is told why not, and both are audited.
 */
export function createHandlers(parts: Parts): ChatHandlers {
  const { executor, machines, requests, clock, log } = parts;

  async function refuse(
    user: ChatUser,
    person: Person | null,
    on: Target,
    attempted: string,
    refusal: string,
    cause: "click" | "command" = "click",
  ): Promise<void> {
    const actor = person === null ? stranger(user) : actorOf(person, user);
    const incident = on.incidentId === null ? null : await executor.read(machines.incident, on.incidentId);
    await executor.note({
      stream: on.stream,
      type: "refused",
      accountSid: incident === null || incident.status === "none" ? null : incident.alert.accountSid,
      incidentId: on.incidentId,
      what: on.what,
      data: { attempted, refusal },
      actor,
      cause,
    });
  }

  async function asPerson(
    user: ChatUser,
    on: Target,
    attempted: string,
    act: (person: Person, actor: Actor) => Promise<PressAnswer>,
  ): Promise<PressAnswer> {
    const match = personOf(parts.policy().people, user);
    if (!match.found) {
      await refuse(user, null, on, attempted, match.refusal);
      return told(personRefusalSentence(match.refusal));
    }
    return act(match.person, actorOf(match.person, user));
  }

  async function pressIncident(
    user: ChatUser,
    incidentId: IncidentId,
    type: "acknowledge" | "resolve",
  ): Promise<PressAnswer> {
    const on = target(incidentSubject(incidentId), incidentId);
    return asPerson(user, on, type, async (person, actor) => {
      if (!person.roles.includes("responder")) {
        await refuse(user, person, on, type, "not-a-responder");
        return told(clickRefusalSentence("not-a-responder"));
      }
      const outcome = await executor.execute(
        machines.incident,
        incidentId,
        { type, by: actor },
        { actor, cause: "click" },
      );
      if (outcome.accepted && type === "resolve") await withdrawPending(incidentId, actor);
      return outcome.accepted
        ? { kind: "done" }
        : told(incidentRefusalSentence(outcome.refusal, outcome.state, clock.now()));
    });
  }

  /** What nobody needs any more must not stay approvable. Should this not be reached, Approve and the run look at the incident too. */
  async function withdrawPending(incidentId: IncidentId, actor: Actor): Promise<void> {
    for (const id of await parts.incidents.approvalsOf(incidentId)) {
      const { status } = await executor.read(machines.approval, id);
      if (status === "pending")
        await executor.execute(machines.approval, id, { type: "close" }, { actor, cause: "click" });
    }
  }

  async function pressApproval(user: ChatUser, approvalId: ApprovalId, type: "approve" | "deny"): Promise<PressAnswer> {
    const approval = await executor.read(machines.approval, approvalId);
    const incidentId = approval.status === "none" ? null : approval.request.incidentId;
    const what = approval.status === "none" ? null : approval.request.description;
    const on = target(approvalSubject(approvalId), incidentId, what);
    return asPerson(user, on, type, async (person, actor) => {
      const incident = incidentId === null ? null : await executor.read(machines.incident, incidentId);
      if (type === "approve" && approval.status === "pending" && incident?.status === "resolved") {
        await refuse(user, person, on, type, "already-resolved");
        return told(incidentRefusalSentence("already-resolved", incident, clock.now()));
      }
      const command = { type, by: person.id, roles: person.roles } as const;
      const outcome = await executor.execute(machines.approval, approvalId, command, { actor, cause: "click" });
      return outcome.accepted
        ? { kind: "done" }
        : told(refusalText(parts.policy(), outcome.refusal, outcome.state, clock.now()));
    });
  }

  async function pressRequest(
    user: ChatUser,
    { incidentId, action }: Extract<Press, { readonly action: "request" | "undo" }>,
    what: string | null,
    find: () => Promise<{ readonly id: RemediationId; readonly undoOf: RunId | null } | string>,
  ): Promise<PressAnswer> {
    const on = target(incidentSubject(incidentId), incidentId, what);
    return asPerson(user, on, action, async (person) => {
      const no = async (refusal: string, text: string): Promise<PressAnswer> => {
        await refuse(user, person, on, action, refusal);
        return told(text);
      };
      if (!person.roles.includes("responder")) return no("not-a-responder", clickRefusalSentence("not-a-responder"));
      const incident = await executor.read(machines.incident, incidentId);
      if (incident.status === "none")
        return no("unknown-incident", incidentRefusalSentence("unknown-incident", incident, clock.now()));
      if (incident.status === "resolved")
        return no("already-resolved", incidentRefusalSentence("already-resolved", incident, clock.now()));
      const found = await find();
      if (typeof found === "string") return no("not-available", found);
      const remediation = parts.findRemediation(found.id);
      if (remediation === undefined) return no("unknown-remediation", clickRefusalSentence("unknown-remediation"));
      const pending = await pendingRequest(incidentId, found.id);
      if (pending !== null) {
        return no(
          "already-requested",
          `${remediation.title} was requested already and waits for approval: see the thread of the card.`,
        );
      }
      return requests.open({ incidentId, accountSid: incident.alert.accountSid, remediation, undoOf: found.undoOf });
    });
  }

  async function pendingRequest(incidentId: IncidentId, remediation: RemediationId): Promise<ApprovalId | null> {
    for (const id of await parts.incidents.approvalsOf(incidentId)) {
      const approval = await executor.read(machines.approval, id);
      if (approval.status !== "pending" || approval.request.remediation !== remediation) continue;
      if (clock.now() < approval.request.expiresAtMs) return id;
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
    const undoneBy = parts.findRemediation(run.grant.remediation)?.undoneBy ?? null;
    return undoneBy === null ? "This cannot be undone." : { id: undoneBy, undoOf: runId };
  }

  function press(user: ChatUser, pressed: Press): Promise<PressAnswer> {
    switch (pressed.action) {
      case "acknowledge":
      case "resolve":
        return pressIncident(user, pressed.incidentId, pressed.action);
      case "approve":
      case "deny":
        return pressApproval(user, pressed.approvalId as ApprovalId, pressed.action);
      case "request":
        return pressRequest(user, pressed, parts.findRemediation(pressed.remediation)?.title ?? null, async () => ({
          id: pressed.remediation as RemediationId,
          undoOf: null,
        }));
      case "undo":
        return pressRequest(user, pressed, null, () => undoOf(pressed.runId as RunId, pressed.incidentId));
      default:
        return unreachable(pressed);
    }
  }

  /** Runs within the budget and never throws: what fails becomes a sentence for the clicker alone. */
  async function guarded<Answer>(
    work: () => Promise<Answer>,
    what: string,
  ): Promise<Answer | { readonly kind: "told"; readonly text: string }> {
    try {
      return await within(CLICK_BUDGET_MS, what, work());
    } catch (error) {
      log.warn({ name: what, err: error }, "a click could not be taken");
      // A commit may have counted, its answer lost or a later step failed: nobody is told that nothing was changed.
      return told(clickRefusalSentence("over-budget"));
    }
  }

  return {
    press: (user, pressed) => guarded(() => press(user, pressed), pressed.action),

    submit: (submission) =>
      guarded(async () => {
        const { user, values } = submission;
        const previewId = submission.previewId as ApprovalId;
        const preview = await parts.previews.load(previewId);
        const on = target(approvalSubject(previewId), preview?.incidentId ?? null);
        const match = personOf(parts.policy().people, user);
        if (!match.found) {
          await refuse(user, null, on, "request", match.refusal);
          return told(personRefusalSentence(match.refusal));
        }
        if (preview === null) {
          await refuse(user, match.person, on, "request", "unknown-preview");
          return told(clickRefusalSentence("preview-is-gone"));
        }
        const incident = await executor.read(machines.incident, preview.incidentId);
        if (incident.status === "resolved") {
          await refuse(user, match.person, on, "request", "already-resolved");
          return told(incidentRefusalSentence("already-resolved", incident, clock.now()));
        }
        return requests.submit(match.person, actorOf(match.person, user), previewId, preview, values);
      }, "submit"),

    async command(user, name, words) {
      const match = personOf(parts.policy().people, user);
      if (!match.found) {
        // Should this not be stored in time, the answer is the same: nothing is told to strangers.
        await guarded(
          () => refuse(user, null, target("chat", null), name.slice(0, 80), match.refusal, "command"),
          "command",
        );
        return sentenceCard(name, "Not for you", personRefusalSentence(match.refusal));
      }
      const command = parts.commands.find((candidate) => candidate.name === name);
      if (command === undefined)
        return sentenceCard(name, "Unknown command", `Tollgate has no command called ${name}.`);
      try {
        const { parentSid } = parts.twilio;
        return answerCard(name, await command.run(words, { nowMs: clock.now(), twilio: parts.twilio, parentSid }));
      } catch (error) {
        log.warn({ name, err: error }, "a command failed");
        const why = error instanceof Fault ? error.message : "Tollgate met an error of its own.";
        return sentenceCard(name, "No answer", `This could not be answered: ${why} Please try again.`);
      }
    },

    async unknownPress(user, action) {
      const match = personOf(parts.policy().people, user);
      const on = target("chat", null);
      const answer = await guarded(async () => {
        await refuse(user, match.found ? match.person : null, on, action.slice(0, 80), "unknown-action");
        return told(clickRefusalSentence("unknown-action"));
      }, "unknown press");
      return answer.text;
    },
  };
}

interface Target {
  readonly stream: string;
  readonly incidentId: IncidentId | null;
  readonly what: string | null;
}

function target(stream: string, incidentId: IncidentId | null, what: string | null = null): Target {
  return { stream, incidentId, what };
}

function told(text: string): { readonly kind: "told"; readonly text: string } {
  return { kind: "told", text };
}

function actorOf(person: Person, user: ChatUser): Actor {
  return { kind: "person", personId: person.id, name: person.name, platform: user.platform, userId: user.userId };
}

function stranger(user: ChatUser): Actor {
  return { kind: "stranger", platform: user.platform, userId: user.userId };
}
