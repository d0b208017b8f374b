import type { Threat } from "../detection/contract.ts";
import { threatTitle } from "../detection/threats.ts";
import type { Element } from "./card.ts";
import { counted } from "./words.ts";

/** An incident of the last 30 days that such a silence would have kept from people. */
export interface PastIncident {
  readonly threat: Threat;
  readonly openedAtMs: number;
}

/** A dialog is read before it is sent: more than these would not be. */
const MOST_SHOWN = 10;

/** What people must know before they stop hearing of something: what they would have missed. */
export function wouldHaveHeldBack(past: readonly PastIncident[]): readonly Element[] {
  if (past.length === 0) {
    return [{ kind: "text", text: ["In the last 30 days it would have held back nothing."] }];
  }
  const newestFirst = past.toSorted((one, other) => other.openedAtMs - one.openedAtMs);
  const shown = newestFirst.slice(0, MOST_SHOWN);
  const more = past.length - shown.length;
  return [
    {
      kind: "text",
      text: ["In the last 30 days it would have held back ", { bold: counted(past.length, "incident") }, ":"],
    },
    {
      kind: "timeline",
      entries: shown.map(({ threat, openedAtMs }) => ({ atMs: openedAtMs, text: [threatTitle(threat)] })),
    },
    ...(more > 0
      ? [{ kind: "text", text: [`and ${counted(more, "more", "more")} before that.`] } satisfies Element]
      : []),
  ];
}
