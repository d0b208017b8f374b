import type { Policy } from "../approval/policy.ts";
import type { ChatUser, SubmitAnswer } from "../chat/platform.ts";
import { REPORTED_BY_PERSON } from "../detection/threats.ts";
import { type IncidentCommand, RESOLVE_CAUSES } from "../incident/contract.ts";
import type { Clock } from "../lib/clock.ts";
import { unreachable } from "../lib/decision.ts";
import { type IncidentId, isName } from "../lib/id.ts";
import { FIELDS, MAX_NOTE_CHARACTERS, MAX_REASON_CHARACTERS, spanMs } from "../notice/life-dialogs.ts";
import { clickRefusalSentence, incidentRefusalSentence } from "../notice/refusals.ts";
import { incidentSubject } from "../notice/subjects.ts";
import type { Executor } from "./execute.ts";
import { choiceOf, textOf, tooLong, type Values, wrong } from "./forms.ts";
import { told } from "./guard.ts";
import type { IncidentClicks, OpenIncidentClick } from "./incident-click.ts";
import type { Machines } from "./machines.ts";
import type { Merge } from "./merge.ts";
import type { IncidentForm } from "./press-dialog.ts";
import type { PressRequest } from "./press-request.ts";
import type { SilenceClicks } from "./press-silence.ts";
import type { WithdrawPending } from "./withdraw.ts";

interface Parts {
  readonly clicks: IncidentClicks;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly silenceClicks: SilenceClicks;
  readonly pressRequest: PressRequest;
  readonly merge: Merge;
  readonly withdrawPending: WithdrawPending;
  readonly policy: () => Policy;
  readonly clock: Clock;
}

export type SubmitIncident = (
  user: ChatUser,
  incidentId: IncidentId,
  form: IncidentForm,
  values: Values,
) => Promise<SubmitAnswer>;

/** What the dialogs about an incident do when they are sent. Everything is looked up again: minutes may have passed. */
export function createSubmitIncident(parts: Parts): SubmitIncident {
  const { clicks, executor, machines, clock } = parts;

  async function execute(click: OpenIncidentClick, command: IncidentCommand): Promise<SubmitAnswer> {
    const { actor, incident } = click;
    const outcome = await executor.execute(machines.incident, incident.id, command, { actor, cause: "click" });
    return outcome.accepted
      ? { kind: "done" }
      : told(incidentRefusalSentence(outcome.refusal, outcome.state, clock.now()));
  }

  async function resolve(click: OpenIncidentClick, values: Values): Promise<SubmitAnswer> {
    const cause = choiceOf(values, FIELDS.cause, RESOLVE_CAUSES);
    if (cause === undefined) return wrong(FIELDS.cause, "Choose what it was: the record tells it to the next one.");
    const note = textOf(values, FIELDS.note);
    if (note.length > MAX_NOTE_CHARACTERS) return wrong(FIELDS.note, tooLong(MAX_NOTE_CHARACTERS));
    const { actor: by, incident } = click;
    const resolved = await execute(click, { type: "resolve", by, cause, note: note === "" ? null : note });
    if (resolved.kind === "done") await parts.withdrawPending(incident.id, by);
    return resolved;
  }

  async function assign(click: OpenIncidentClick, values: Values): Promise<SubmitAnswer> {
    const chosen = values[FIELDS.person]?.[0];
    const to = parts.policy().people.find(({ id, roles }) => id === chosen && roles.includes("responder"));
    if (to === undefined) return wrong(FIELDS.person, "Choose somebody who is a responder now.");
    return execute(click, { type: "assign", by: click.actor, to: to.id });
  }

  async function quiet(user: ChatUser, click: OpenIncidentClick, values: Values): Promise<SubmitAnswer> {
    const what = choiceOf(values, FIELDS.what, ["snooze", "silence"]);
    if (what === undefined) return wrong(FIELDS.what, "Choose what should be quiet.");
    const forMs = spanMs(values[FIELDS.span]?.[0]);
    if (forMs === undefined) return wrong(FIELDS.span, "Choose for how long.");
    const { incident, actor: by } = click;
    if (what === "snooze") return execute(click, { type: "snooze", by, untilMs: clock.now() + forMs });
    const reason = textOf(values, FIELDS.reason);
    if (reason === "") return wrong(FIELDS.reason, "Say in a few words why: the next one on call reads it.");
    if (reason.length > MAX_REASON_CHARACTERS) return wrong(FIELDS.reason, tooLong(MAX_REASON_CHARACTERS));
    const { accountSid, threat } = incident.alert;
    if (threat === REPORTED_BY_PERSON) return wrong(FIELDS.what, "What a person reports is never silenced. Snooze it.");
    const on = { stream: incidentSubject(incident.id), incidentId: incident.id, accountSid };
    const attempt = { user, attempted: "silence", on, cause: "click" } as const;
    return parts.silenceClicks.start(attempt, click, { accountSid, threat, incidentId: incident.id, reason, forMs });
  }

  async function more(user: ChatUser, click: OpenIncidentClick, values: Values): Promise<SubmitAnswer> {
    const chosen = values[FIELDS.remediation]?.[0];
    if (chosen === undefined || chosen === "") return wrong(FIELDS.remediation, "Choose what you want to do.");
    const incidentId = click.incident.id;
    const [, runId] = /^undo\.(.+)$/s.exec(chosen) ?? [];
    if (!isName(runId ?? chosen)) return click.no("unknown-remediation", clickRefusalSentence("unknown-remediation"));
    return parts.pressRequest(
      user,
      runId === undefined
        ? { action: "request", incidentId, remediation: chosen }
        : { action: "undo", incidentId, runId },
    );
  }

  return (user, incidentId, form, values) =>
    clicks.onUnresolved<SubmitAnswer>({ user, incidentId, attempted: form }, (click) => {
      switch (form) {
        case "resolve":
          return resolve(click, values);
        case "assign":
          return assign(click, values);
        case "quiet":
          return quiet(user, click, values);
        case "merge":
          return parts.merge(click, values);
        case "more":
          return more(user, click, values);
        default:
          return unreachable(form);
      }
    });
}
