import type { Person } from "../approval/contract.ts";
import type { Actor } from "../audit/envelope.ts";
import type { ChatUser, SubmitAnswer } from "../chat/platform.ts";
import type { Alert } from "../detection/contract.ts";
import { dedupKey, REPORTED_BY_PERSON } from "../detection/threats.ts";
import type { Clock } from "../lib/clock.ts";
import { within } from "../lib/deadline.ts";
import type { AccountSid } from "../lib/id.ts";
import { ANY_THREAT, FIELDS, MAX_REASON_CHARACTERS, MAX_SUMMARY_CHARACTERS, spanMs } from "../notice/life-dialogs.ts";
import { type Attempt, type Authority, onAccount } from "./authority.ts";
import type { Executor } from "./execute.ts";
import { choiceOf, textOf, tooLong, type Values, wrong } from "./forms.ts";
import { told } from "./guard.ts";
import type { Machines } from "./machines.ts";
import type { IncidentIndex, Twilio } from "./ports.ts";
import type { AccountForm } from "./press-dialog.ts";
import type { SilenceClicks } from "./press-silence.ts";

interface Parts {
  readonly authority: Authority;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly incidents: IncidentIndex;
  readonly silenceClicks: SilenceClicks;
  readonly twilio: Pick<Twilio, "account">;
  readonly clock: Clock;
}

const LONGEST_THREAT = 80;
/** Of the second that a sent dialog has. */
const ACCOUNT_BUDGET_MS = 250;

export type SubmitAccount = (
  user: ChatUser,
  accountSid: AccountSid,
  form: AccountForm,
  values: Values,
) => Promise<SubmitAnswer>;

/** What the dialogs about an account do when they are sent: a silence, and an incident that a person reports. */
export function createSubmitAccount(parts: Parts): SubmitAccount {
  const { authority, executor, machines, incidents, clock } = parts;

  interface Admitted {
    readonly attempt: Attempt;
    readonly person: Person;
    readonly actor: Actor;
  }

  async function silence(by: Admitted, accountSid: AccountSid, values: Values): Promise<SubmitAnswer> {
    const threat = textOf(values, FIELDS.threat);
    if (threat === "" || threat === REPORTED_BY_PERSON || threat.length > LONGEST_THREAT)
      return wrong(FIELDS.threat, "Choose what should be quiet.");
    const forMs = spanMs(values[FIELDS.span]?.[0]);
    if (forMs === undefined) return wrong(FIELDS.span, "Choose for how long.");
    const reason = textOf(values, FIELDS.reason);
    if (reason === "") return wrong(FIELDS.reason, "Say in a few words why: the next one on call reads it.");
    if (reason.length > MAX_REASON_CHARACTERS) return wrong(FIELDS.reason, tooLong(MAX_REASON_CHARACTERS));
    const wanted = { accountSid, threat: threat === ANY_THREAT ? null : threat, reason, forMs };
    return parts.silenceClicks.start(by.attempt, by, wanted);
  }

  async function open({ attempt, person, actor }: Admitted, accountSid: AccountSid, values: Values) {
    const summary = textOf(values, FIELDS.summary);
    if (summary === "") return wrong(FIELDS.summary, "Say in a sentence what you see.");
    const severity = choiceOf(values, FIELDS.severity, ["warning", "critical"]);
    if (severity === undefined) return wrong(FIELDS.severity, "Choose how bad it is.");
    if (await isForeign(accountSid)) {
      await authority.refuse(attempt, person, "unknown-account");
      return told("That account is none of yours, so nothing was opened.");
    }
    const alert = reportedAlert(accountSid, person, clipped(summary), severity, clock.now());
    const latest = await incidents.latest(alert.dedupKey);
    const standing = latest === null ? null : await executor.read(machines.incident, latest);
    if (standing !== null && standing.status !== "none" && standing.status !== "resolved") {
      await authority.refuse(attempt, person, "already-open");
      return told(`Incident ${standing.id} is open already for what people reported on this account. Go on there.`);
    }
    const id = await incidents.nextId();
    await executor.execute(machines.incident, id, { type: "raise", id, alert }, { actor, cause: "click" });
    return told(`Incident ${id} is open. Its card comes into the channel in a moment.`);
  }

  /** When Twilio cannot say, the button was ours: what people see must not wait for Twilio. */
  async function isForeign(accountSid: AccountSid): Promise<boolean> {
    try {
      const asked = parts.twilio.account(accountSid);
      return (await within(ACCOUNT_BUDGET_MS, "whether the account is ours", asked)) === undefined;
    } catch {
      return false;
    }
  }

  return async (user, accountSid, form, values) => {
    const attempt: Attempt = { user, attempted: form, on: onAccount(accountSid), cause: "click" };
    const admission = await authority.admit(attempt, "responder");
    if (!admission.admitted) return told(admission.sentence);
    const by = { attempt, person: admission.person, actor: admission.actor };
    return form === "silence" ? silence(by, accountSid, values) : open(by, accountSid, values);
  };
}

/** What Twilio did not say: there is nothing to read back, so its category is null. */
function reportedAlert(
  accountSid: AccountSid,
  person: Person,
  summary: string,
  severity: Alert["severity"],
  nowMs: number,
): Alert {
  return {
    dedupKey: dedupKey(accountSid, REPORTED_BY_PERSON),
    accountSid,
    threat: REPORTED_BY_PERSON,
    severity,
    summary,
    evidence: [{ label: "Reported by", value: person.name }],
    firstSignalAtMs: nowMs,
    lastSignalAtMs: nowMs,
    reportedTodayUsd: null,
    category: null,
    countries: [],
  };
}

function clipped(summary: string): string {
  return summary.length <= MAX_SUMMARY_CHARACTERS ? summary : `${summary.slice(0, MAX_SUMMARY_CHARACTERS - 1)}…`;
}
