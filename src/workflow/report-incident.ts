import type { Person } from "../approval/contract.ts";
import type { Actor } from "../audit/envelope.ts";
import type { ReportAnswer, Reported } from "../command/contract.ts";
import type { Alert } from "../detection/contract.ts";
import { dedupKey, REPORTED_BY_PERSON } from "../detection/threats.ts";
import type { Clock } from "../lib/clock.ts";
import { within } from "../lib/deadline.ts";
import { isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import { MAX_SUMMARY_CHARACTERS } from "../notice/life-dialogs.ts";
import type { Attempt, Authority } from "./authority.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import type { IncidentIndex, Twilio } from "./ports.ts";

interface Parts {
  readonly authority: Authority;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly incidents: IncidentIndex;
  readonly twilio: Pick<Twilio, "account">;
  readonly clock: Clock;
}

/** Of the second that a sent dialog, or a command, has. */
const ACCOUNT_BUDGET_MS = 250;

/** Somebody who was admitted as a responder for exactly this. */
export interface Reporter {
  readonly attempt: Attempt;
  readonly person: Person;
  readonly actor: Actor;
}

export type ReportIncident = (by: Reporter, report: Reported) => Promise<ReportAnswer>;

/** An incident for what a person saw, by dialog or by command: the same rules, and the same record. `summary` is masked already. */
export function createReportIncident(parts: Parts): ReportIncident {
  const { authority, executor, machines, incidents, clock } = parts;

  /** When Twilio cannot say, it was named by us or by its SID: what people see must not wait for Twilio. */
  async function isForeign(accountSid: AccountSid): Promise<boolean> {
    try {
      const asked = parts.twilio.account(accountSid);
      return (await within(ACCOUNT_BUDGET_MS, "whether the account is ours", asked)) === undefined;
    } catch (error) {
      if (isFault(error)) return false;
      throw error;
    }
  }

  return async ({ attempt, person, actor }, report) => {
    const { accountSid } = report;
    if (await isForeign(accountSid)) {
      await authority.refuse(attempt, person, "unknown-account");
      return { text: "That account is none of yours, so nothing was opened.", incidentId: null };
    }
    const alert = reportedAlert(report, person, clock.now());
    const latest = await incidents.latest(alert.dedupKey);
    const standing = latest === null ? null : await executor.read(machines.incident, latest);
    if (standing !== null && standing.status !== "none" && standing.status !== "resolved") {
      await authority.refuse(attempt, person, "already-open");
      const text = `Incident ${standing.id} is open already for what people reported on this account. Go on there.`;
      return { text, incidentId: standing.id };
    }
    const id = await incidents.nextId();
    await executor.execute(machines.incident, id, { type: "raise", id, alert }, { actor, cause: attempt.cause });
    return { text: `Incident ${id} is open. Its card comes into the channel in a moment.`, incidentId: id };
  };
}

/** What Twilio did not say: there is nothing to read back, so its category is null. */
function reportedAlert({ accountSid, summary, severity }: Reported, person: Person, nowMs: number): Alert {
  return {
    dedupKey: dedupKey(accountSid, REPORTED_BY_PERSON),
    accountSid,
    threat: REPORTED_BY_PERSON,
    severity,
    summary: clipped(summary),
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
