import type { Element } from "../notice/card.ts";
import { incidentEntry, silenceEntry } from "../notice/entries.ts";
import type { IncidentSummary, SilenceSummary } from "../notice/views.ts";
import { counted } from "../notice/words.ts";
import type { CommandContext } from "./contract.ts";

/** More than these nobody reads, and Slack takes fifty blocks. */
const MOST_SHOWN = 30;

export function incidentEntries(
  incidents: readonly IncidentSummary[],
  { desk, nowMs }: Pick<CommandContext, "desk" | "nowMs">,
): readonly Element[] {
  const names = new Map(desk.people().map(({ id, name }) => [id, name]));
  return capped(incidents, "incident", (incident) => incidentEntry(incident, nowMs, names));
}

export function silenceEntries(silences: readonly SilenceSummary[]): readonly Element[] {
  return capped(silences, "silence", silenceEntry);
}

/** A line and a button each; what does not fit is counted. */
function capped<Item>(items: readonly Item[], one: string, entryOf: (item: Item) => Element): readonly Element[] {
  const shown = items.slice(0, MOST_SHOWN).map(entryOf);
  const more = items.length - shown.length;
  return more === 0 ? shown : [...shown, { kind: "text", text: [`And ${counted(more, `more ${one}`)}.`] }];
}
