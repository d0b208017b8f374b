/** What is true of an incident beside its status, a line each: snoozed, silenced, merged, a platform down. */
import { threatTitle } from "../detection/threats.ts";
import { isSnoozed } from "../incident/reminders.ts";
import type { Element } from "./card.ts";
import { actorName, type IncidentView } from "./views.ts";
import { sentence, sentenceList } from "./words.ts";

export function incidentLines(view: IncidentView, nowMs: number): readonly Element[] {
  return [...quietLines(view, nowMs), ...mergedLines(view), ...platformLines(view)];
}

/** Whoever sees the card must know that others are not being called. */
function quietLines({ incident, silence }: IncidentView, nowMs: number): readonly Element[] {
  // A resolved card is not edited when a silence ends.
  if (incident.status === "resolved") return [];
  const lines: Element[] = [];
  if (incident.snoozedUntilMs !== null && isSnoozed(incident, nowMs)) {
    const by = incident.snoozedBy === null ? "" : ` by ${actorName(incident.snoozedBy)}`;
    lines.push({
      kind: "text",
      text: [
        { bold: "Snoozed" },
        " until ",
        { atMs: incident.snoozedUntilMs },
        `${by}. Nobody is reminded before that.`,
      ],
    });
  }
  if (silence !== null && silence.untilMs > nowMs) {
    const { threat, untilMs, by, reason } = silence;
    lines.push({
      kind: "text",
      text: [
        { bold: threat === null ? "Everything on this account is silenced" : "This threat is silenced here" },
        " until ",
        { atMs: untilMs },
        ` by ${actorName(by)}: ${sentence(reason)}`,
      ],
    });
  }
  return lines;
}

function mergedLines({ merged }: IncidentView): readonly Element[] {
  if (merged.length === 0) return [];
  const which = merged.map(({ id, threat }) => `incident ${id} (${threatTitle(threat)})`);
  return [{ kind: "text", text: [{ bold: "Merged into this one" }, `: ${sentenceList(which)}.`] }];
}

function platformLines({ platformsDown }: IncidentView): readonly Element[] {
  if (platformsDown.length === 0) return [];
  const [verb, whose] = platformsDown.length === 1 ? ["does", "its"] : ["do", "their"];
  return [
    {
      kind: "text",
      text: [`${sentenceList(platformsDown)} ${verb} not take messages now; ${whose} cards are behind.`],
    },
  ];
}
