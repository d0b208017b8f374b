import type { Clock } from "../lib/clock.ts";
import { incidentReport, reportTitle } from "../notice/report.ts";
import { alarmSubject, reminderSubject } from "../notice/subjects.ts";
import type { IncidentView } from "../notice/views.ts";
import type { Store } from "./ports.ts";
import { silencesOver } from "./report-silences.ts";
import { parseSubject } from "./subjects.ts";

interface Parts {
  readonly audit: Store["audit"];
  readonly observations: Store["observations"];
  readonly messages: Store["messages"];
  readonly clock: Clock;
}

/** Far more than people decide in one incident. */
const MOST_RECORDS = 2_000;
/** A day of readings once a minute. */
const MOST_OBSERVATIONS = 1_500;

export type ReportOf = (view: IncidentView) => Promise<{ readonly title: string; readonly markdown: string }>;

/** The report of an incident, with everything that the store remembers of it. */
export function createReportOf({ audit, observations, messages, clock }: Parts): ReportOf {
  return async (view) => {
    const { id } = view.incident;
    const ids = [id, ...view.merged.map((merged) => merged.id)];
    const { accountSid } = view.incident.alert;
    const [readings, found, ofAccount, alarms, reminders] = await Promise.all([
      observations.newest(id, MOST_OBSERVATIONS),
      Promise.all(ids.map((incidentId) => audit.search({ about: "incident", incidentId }, MOST_RECORDS))),
      audit.search({ about: "account", accountSid }, MOST_RECORDS),
      messages.postedAs(alarmSubject(id, 0).slice(0, -1)),
      messages.postedAs(reminderSubject(id, 0).slice(0, -1)),
    ]);
    // A silence that was made on this incident's card is among both.
    const records = new Map([...found.flat(), ...silencesOver(view, ofAccount)].map((one) => [one.sequence, one]));
    const markdown = incidentReport({
      view,
      observations: readings.toReversed(),
      records: [...records.values()].toSorted((one, other) => one.sequence - other.sequence),
      isCut: found.some((records) => records.length === MOST_RECORDS),
      calls: [...alarms, ...reminders].flatMap((text) => {
        const subject = parseSubject(text);
        return subject?.kind === "alarm" || subject?.kind === "reminder"
          ? [{ kind: subject.kind, atMs: subject.atMs }]
          : [];
      }),
      writtenAtMs: clock.now(),
    });
    return { title: reportTitle(view), markdown };
  };
}
