import type { IncidentId } from "../lib/id.ts";
import type { Word } from "./words.ts";

/** `7`, `#7` and `incident 7` name incident 7; undefined for anything else. */
export function incidentNumber(words: readonly Word[]): IncidentId | undefined {
  const [first, ...rest] = words;
  const isNamed = first?.text.toLowerCase() === "incident" && !first.isQuoted;
  const [number, ...more] = isNamed ? rest : words;
  if (number === undefined || number.isQuoted || more.length > 0) return undefined;
  const [, digits] = /^#?0*(\d{1,12})$/.exec(number.text) ?? [];
  return digits === undefined ? undefined : (digits as IncidentId);
}
