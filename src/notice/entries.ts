/** Incidents and silences as lines of a list, each with the button that acts on it. */

import { threatTitle } from "../detection/threats.ts";
import { isSnoozed } from "../incident/reminders.ts";
import type { Element, Rich } from "./card.ts";
import { incidentName, summaryLine } from "./incident-words.ts";
import { accountName, actorName, type IncidentSummary, type Names, nameOf, type SilenceSummary } from "./views.ts";
import { counted, sentence, sentenceList } from "./words.ts";

const NO_NAMES: Names = new Map();

/** Without `names`, an assignee who did not acknowledge it is shown by id. */
export function incidentEntry(summary: IncidentSummary, nowMs: number, names: Names = NO_NAMES): Element {
  const { id, openedAtMs } = summary;
  return {
    kind: "entry",
    text: [
      { bold: incidentName(summary) },
      `. ${summaryLine(summary)}, ${inWhoseHands(summary, names)}, since `,
      { atMs: openedAtMs },
      ...snoozed(summary, nowMs),
      ".",
    ],
    button: {
      label: `Show incident ${id}`,
      press: { action: "show", incidentId: id },
      style: "plain",
      confirm: null,
    },
  };
}

function inWhoseHands({ assignee, acknowledgedBy, status }: IncidentSummary, names: Names): string {
  const isSame = acknowledgedBy?.kind === "person" && acknowledgedBy.personId === assignee;
  if (assignee !== null && !isSame) return `in the hands of ${nameOf(names, assignee)}`;
  if (acknowledgedBy !== null) return `in the hands of ${actorName(acknowledgedBy)}`;
  return status === "resolved" ? "nobody acknowledged it" : "in nobody's hands yet";
}

function snoozed(summary: IncidentSummary, nowMs: number): Rich {
  const { snoozedUntilMs, status } = summary;
  if (snoozedUntilMs === null || status === "resolved" || !isSnoozed(summary, nowMs)) return [];
  return [", snoozed until ", { atMs: snoozedUntilMs }];
}

export function silenceEntry(summary: SilenceSummary): Element {
  const { id, account, threat, by, reason, untilMs } = summary;
  return {
    kind: "entry",
    text: [
      { bold: `${threat === null ? "Anything" : threatTitle(threat)} on ${accountName(account)}` },
      ". Silent until ",
      { atMs: untilMs },
      `, by ${actorName(by)}: ${sentence(reason)} ${heldBackWords(summary)}`,
    ],
    button: {
      label: "End silence",
      press: { action: "end-silence", silenceId: id },
      style: "plain",
      confirm: null,
    },
  };
}

/** A silence keeps the first alert of each kind, so kinds are what can be counted. */
function heldBackWords({ heldBack }: SilenceSummary): string {
  if (heldBack.length === 0) return "It has held back nothing so far.";
  const threats = [...new Set(heldBack.map(({ threat }) => threatTitle(threat)))];
  const critical = heldBack.some(({ severity }) => severity === "critical") ? " (critical)" : "";
  return `It has held back ${counted(threats.length, "kind")} of alert: ${sentenceList(threats)}${critical}.`;
}

/** What costs most an hour first; where that is not known, what has cost most today, then the older. */
export function byMoneyAtRisk(summaries: readonly IncidentSummary[]): readonly IncidentSummary[] {
  return summaries.toSorted(
    (one, other) =>
      (other.rate?.usd ?? 0) - (one.rate?.usd ?? 0) ||
      (other.spendTodayUsd ?? 0) - (one.spendTodayUsd ?? 0) ||
      one.openedAtMs - other.openedAtMs,
  );
}
