import type { Channel } from "../chat/platform.ts";
import { isFirstReminder, isSnoozed } from "../incident/reminders.ts";
import type { Clock } from "../lib/clock.ts";
import { unreachable } from "../lib/decision.ts";
import { alarmCard } from "../notice/alarm-card.ts";
import { assignedCard } from "../notice/assigned-card.ts";
import type { Card } from "../notice/card.ts";
import { type ChannelRule, channelFor } from "../notice/channels.ts";
import { detailsCard } from "../notice/details-card.ts";
import { incidentCard } from "../notice/incident-card.ts";
import { outcomeCard } from "../notice/outcome-card.ts";
import { reminderCard } from "../notice/reminder-card.ts";
import { reportRefusedCard } from "../notice/report-refused-card.ts";
import { requestCard } from "../notice/request-card.ts";
import { approvalSubject, incidentSubject } from "../notice/subjects.ts";
import type { IncidentView } from "../notice/views.ts";
import { type NoticeOf, replyNotice } from "./notice.ts";
import type { Store } from "./ports.ts";
import type { ReportOf } from "./report-file.ts";
import type { Silences } from "./silences.ts";
import { parseSubject, type Subject } from "./subjects.ts";
import type { Views } from "./views.ts";

interface Parts {
  readonly views: Views;
  readonly reportOf: ReportOf;
  readonly silences: Pick<Silences, "quieting">;
  readonly events: Store["events"];
  /** Which channel an incident goes to; the first that fits. */
  readonly channelRules: () => readonly ChannelRule[];
  readonly remindAfterMs: () => number;
  readonly clock: Clock;
}

/** From a subject to what its message should say, out of the latest state. */
export function createNoticeOf({
  views,
  reportOf,
  silences,
  events,
  channelRules,
  remindAfterMs,
  clock,
}: Parts): NoticeOf {
  /** Of subjects that are about an incident; null where there is nothing to tell (any more). */
  async function cardOf(
    subject: Extract<Subject, { readonly incidentId: unknown }>,
    view: IncidentView,
  ): Promise<Card | null> {
    const { incident } = view;
    // What is kept from people here is not lost: when the silence is over they are called for it.
    const isQuiet = async (atMs: number) => (await silences.quieting(incident, atMs)) !== null;
    const nowMs = clock.now();
    switch (subject.kind) {
      case "incident":
        return incidentCard(view, nowMs);
      case "details":
        return detailsCard(view);
      case "alarm":
        return (await isQuiet(nowMs)) ? null : alarmCard(view, subject.atMs);
      case "reminder": {
        if (incident.status === "resolved" || isSnoozed(incident, nowMs) || (await isQuiet(subject.atMs))) return null;
        // Whoever snoozed it was promised one reminder at the end, whatever became of it.
        const isFirst = (dueAtMs: number) => isFirstReminder(incident, remindAfterMs(), dueAtMs);
        const isPromised = incident.snoozedUntilMs === subject.atMs;
        return incident.status === "open" || isPromised
          ? reminderCard(view, subject.atMs, isFirst(subject.atMs))
          : null;
      }
      case "assigned":
        return assignedCard(view, subject.atMs);
      case "report":
        return null;
      default:
        return unreachable(subject);
    }
  }

  return async (text, at) => {
    const subject = parseSubject(text);
    if (subject === undefined) return null;
    if ("approvalId" in subject) {
      const { approvalId } = subject;
      const revision = await events.newestSequence([`approval-${approvalId}`, `run-${approvalId}`]);
      const view = await views.request(approvalId, at);
      if (view === null) return null;
      const card = subject.kind === "approval" ? requestCard(view, clock.now()) : outcomeCard(view);
      if (card === null) return null;
      const incident = incidentSubject(view.approval.request.incidentId);
      const message = replyNotice(card, incident, revision);
      return subject.kind === "approval" ? { ...message, linkedFrom: [incident] } : message;
    }

    const { incidentId } = subject;
    // The revision is read first: a record that comes meanwhile makes the card newer than it says, never older.
    const revision = await views.revisionOf(incidentId);
    const view = await views.incident(incidentId, at);
    if (view === null) return null;
    const threadOf = incidentSubject(incidentId);
    if (subject.kind === "report") {
      const { title, markdown } = await reportOf(view);
      const refused = reportRefusedCard(text, incidentId);
      return { kind: "file", name: `${threadOf}.md`, title, text: markdown, threadOf, revision, refused };
    }
    const card = await cardOf(subject, view);
    if (card === null) return null;
    // Where incidents like this one belong now: its card stays where it was posted, and who is called may watch another channel.
    const channel: Channel = { role: "incident", id: channelFor(channelRules(), at.platform, view.incident.alert) };
    if (subject.kind === "alarm") return { ...replyNotice(card, threadOf, revision), calledIn: channel };
    if (subject.kind !== "incident") return replyNotice(card, threadOf, revision);
    return {
      kind: "card",
      card,
      channel,
      threadOf: null,
      calledIn: null,
      revision,
      linkedFrom: [],
      replies: view.pending.map(({ approvalId }) => approvalSubject(approvalId)),
    };
  };
}
