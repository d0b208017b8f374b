import type { Policy } from "../approval/policy.ts";
import type { ChatHandlers, ChatUser, PressAnswer, Submission, SubmitAnswer } from "../chat/platform.ts";
import type { Desk } from "../command/contract.ts";
import type { Clock } from "../lib/clock.ts";
import { unreachable } from "../lib/decision.ts";
import type { ApprovalId, IncidentId } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { Press } from "../notice/card.ts";
import { clickRefusalSentence } from "../notice/refusals.ts";
import type { IncidentView } from "../notice/views.ts";
import type { AnyRemediation } from "../remediation/contract.ts";
import { createAccountView } from "./account-view.ts";
import type { Attempt, Authority } from "./authority.ts";
import type { Executor } from "./execute.ts";
import { createGuard, told } from "./guard.ts";
import { createIncidentClicks } from "./incident-click.ts";
import type { Machines } from "./machines.ts";
import { createMerge } from "./merge.ts";
import type { PictureStore } from "./picture-store.ts";
import type { FollowUp, IncidentIndex, MessageStore, PreviewStore, Store, Twilio } from "./ports.ts";
import { createPressApproval } from "./press-approval.ts";
import { createDialogPresses } from "./press-dialog.ts";
import { createIncidentPresses } from "./press-incident.ts";
import { createPressRequest } from "./press-request.ts";
import { createSilenceClicks } from "./press-silence.ts";
import type { ReportIncident } from "./report-incident.ts";
import type { Requests } from "./request.ts";
import type { Silences } from "./silences.ts";
import { createSubmitAccount } from "./submit-account.ts";
import { createSubmitIncident } from "./submit-incident.ts";
import { createSubmitRequest } from "./submit-request.ts";
import { createWithdrawPending } from "./withdraw.ts";

export interface HandlerParts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly authority: Authority;
  readonly requests: Requests;
  readonly reportIncident: ReportIncident;
  readonly silences: Silences;
  readonly incidents: IncidentIndex;
  readonly previews: PreviewStore;
  readonly messages: MessageStore;
  readonly pictures: Pick<PictureStore, "load" | "reference">;
  readonly withLock: Store["withLock"];
  readonly twilio: Twilio;
  readonly desk: Desk;
  /** Commands, App Home and what one person sees of a card. */
  readonly ask: Pick<ChatHandlers, "command" | "home" | "view">;
  /** All that an incident's card shows; null when there is no such incident. */
  readonly incidentView: (id: IncidentId) => Promise<IncidentView | null>;
  readonly findRemediation: (id: string) => AnyRemediation | undefined;
  /** Adds follow-ups that no event brings by itself: see `createWish`. */
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly policy: () => Policy;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What a click, a sent dialog or a command does. Authority is decided here, on the server: the person, their roles now, and the
 * state. Every click changes something or its clicker alone is told why not, and both are audited.
 */
export function createHandlers(parts: HandlerParts): ChatHandlers {
  const { authority, ask } = parts;
  const guarded = createGuard(parts.log);
  const clicks = createIncidentClicks(parts);
  const withdrawPending = createWithdrawPending(parts);
  const silenceClicks = createSilenceClicks(parts);
  const onIncident = createIncidentPresses({ ...parts, clicks });
  const dialogs = createDialogPresses({ ...parts, clicks, accountView: createAccountView(parts.twilio) });
  const pressRequest = createPressRequest({ ...parts, clicks });
  const pressApproval = createPressApproval(parts);
  const submitRequest = createSubmitRequest(parts);
  const merge = createMerge({ ...parts, withdrawPending });
  const submitIncident = createSubmitIncident({
    ...parts,
    clicks,
    silenceClicks,
    pressRequest,
    merge,
    withdrawPending,
  });
  const submitAccount = createSubmitAccount({ ...parts, silenceClicks });

  function press(user: ChatUser, pressed: Press): Promise<PressAnswer> {
    switch (pressed.action) {
      case "acknowledge":
      case "wake":
        return onIncident.change(user, pressed.incidentId, pressed.action);
      case "reopen":
      case "report":
      case "show":
        return onIncident[pressed.action](user, pressed.incidentId);
      case "resolve":
      case "assign":
      case "quiet":
      case "merge":
      case "more":
        return dialogs.onIncident(user, pressed.incidentId, pressed.action);
      case "request":
      case "undo":
        return pressRequest(user, pressed);
      case "approve":
      case "deny":
        return pressApproval(user, pressed.approvalId as ApprovalId, pressed.action);
      case "open-incident":
      case "silence":
        return dialogs.onAccount(user, pressed.accountSid, pressed.action);
      case "end-silence":
        return silenceClicks.end(user, pressed.silenceId);
      case "refresh-home":
        return refreshHome(user);
      default:
        return unreachable(pressed);
    }
  }

  async function refreshHome(user: ChatUser): Promise<PressAnswer> {
    const admission = await authority.admit(inChat(user, "refresh-home"), "anybody");
    return admission.admitted ? { kind: "card", card: await ask.home(user) } : told(admission.sentence);
  }

  function submit({ user, form, values }: Submission): Promise<SubmitAnswer> {
    switch (form.form) {
      case "request":
        return submitRequest(user, form.previewId as ApprovalId, values);
      case "resolve":
      case "assign":
      case "quiet":
      case "merge":
      case "more":
        return submitIncident(user, form.incidentId, form.form, values);
      case "silence":
      case "open-incident":
        return submitAccount(user, form.accountSid, form.form, values);
      default:
        return unreachable(form);
    }
  }

  return {
    ...ask,

    press: (user, pressed) => guarded(pressed.action, () => press(user, pressed), looks(pressed) ? "look" : "click"),

    submit: (submission) => guarded("submit", () => submit(submission)),

    async unknownPress(user, action) {
      const match = authority.personFor(user);
      const answer = await guarded("unknown press", async () => {
        await authority.refuse(inChat(user, action.slice(0, 80)), match.found ? match.person : null, "unknown-action");
        return told(clickRefusalSentence("unknown-action"));
      });
      return answer.text;
    },

    async pictureOf(platform, digest) {
      try {
        const [reference, picture] = await Promise.all([
          parts.pictures.reference(digest, platform),
          parts.pictures.load(digest),
        ]);
        return reference === null || picture === null || picture.png === null
          ? null
          : { name: reference.name, png: picture.png };
      } catch (error) {
        parts.log.warn({ platform, err: error }, "a picture could not be read");
        return null;
      }
    },

    async refOf(platform, subject) {
      try {
        const message = await parts.messages.load(platform, subject);
        return message.status === "posted" ? message.ref : null;
      } catch (error) {
        parts.log.warn({ platform, err: error }, "where a message is could not be read");
        return null;
      }
    },
  };
}

/** Changes nothing. */
function looks({ action }: Press): boolean {
  return action === "show" || action === "refresh-home";
}

/** About nothing in particular. */
function inChat(user: ChatUser, attempted: string): Attempt {
  return { user, attempted, on: { stream: "chat", incidentId: null }, cause: "click" };
}
