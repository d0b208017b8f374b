import type { ChatUser, SubmitAnswer } from "../chat/platform.ts";
import { REPORTED_BY_PERSON } from "../detection/threats.ts";
import type { AccountSid } from "../lib/id.ts";
import { ANY_THREAT, FIELDS, MAX_REASON_CHARACTERS, spanMs } from "../notice/life-dialogs.ts";
import { type Attempt, type Authority, onAccount } from "./authority.ts";
import { choiceOf, textOf, tooLong, type Values, wrong } from "./forms.ts";
import { told } from "./guard.ts";
import type { AccountForm } from "./press-dialog.ts";
import type { SilenceClicks } from "./press-silence.ts";
import type { Reporter, ReportIncident } from "./report-incident.ts";

interface Parts {
  readonly authority: Authority;
  readonly silenceClicks: SilenceClicks;
  readonly reportIncident: ReportIncident;
}

const LONGEST_THREAT = 80;

export type SubmitAccount = (
  user: ChatUser,
  accountSid: AccountSid,
  form: AccountForm,
  values: Values,
) => Promise<SubmitAnswer>;

/** What the dialogs about an account do when they are sent: a silence, and an incident that a person reports. */
export function createSubmitAccount({ authority, silenceClicks, reportIncident }: Parts): SubmitAccount {
  async function silence(by: Reporter, accountSid: AccountSid, values: Values): Promise<SubmitAnswer> {
    const threat = textOf(values, FIELDS.threat);
    if (threat === "" || threat === REPORTED_BY_PERSON || threat.length > LONGEST_THREAT)
      return wrong(FIELDS.threat, "Choose what should be quiet.");
    const forMs = spanMs(values[FIELDS.span]?.[0]);
    if (forMs === undefined) return wrong(FIELDS.span, "Choose for how long.");
    const reason = textOf(values, FIELDS.reason);
    if (reason === "") return wrong(FIELDS.reason, "Say in a few words why: the next one on call reads it.");
    if (reason.length > MAX_REASON_CHARACTERS) return wrong(FIELDS.reason, tooLong(MAX_REASON_CHARACTERS));
    const wanted = { accountSid, threat: threat === ANY_THREAT ? null : threat, reason, forMs };
    return silenceClicks.start(by.attempt, by, wanted);
  }

  async function open(by: Reporter, accountSid: AccountSid, values: Values): Promise<SubmitAnswer> {
    const summary = textOf(values, FIELDS.summary);
    if (summary === "") return wrong(FIELDS.summary, "Say in a sentence what you see.");
    const severity = choiceOf(values, FIELDS.severity, ["warning", "critical"]);
    if (severity === undefined) return wrong(FIELDS.severity, "Choose how bad it is.");
    return told((await reportIncident(by, { accountSid, summary, severity })).text);
  }

  return async (user, accountSid, form, values) => {
    const attempt: Attempt = { user, attempted: form, on: onAccount(accountSid), cause: "click" };
    const admission = await authority.admit(attempt, "responder");
    if (!admission.admitted) return told(admission.sentence);
    const by = { attempt, person: admission.person, actor: admission.actor };
    return form === "silence" ? silence(by, accountSid, values) : open(by, accountSid, values);
  };
}
