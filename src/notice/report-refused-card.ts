import type { IncidentId } from "../lib/id.ts";
import { sentenceCard } from "./answer-card.ts";
import type { Card } from "./card.ts";

/** Posted where the file of a report was refused: whoever asked for it waits for it. */
export function reportRefusedCard(subject: string, incidentId: IncidentId): Card {
  const text = `The report of incident ${incidentId} was refused here. Its operator finds the reason in Tollgate's log, and tollgate doctor tries what Tollgate may do here.`;
  return { ...sentenceCard("report", "The report could not be posted", text), subject };
}
