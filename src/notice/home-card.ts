/** What one person has to do, on a page of their own. It reads calm when there is nothing. */
import type { IncidentId, PersonId } from "../lib/id.ts";
import type { Button, Card, Element } from "./card.ts";
import { byMoneyAtRisk, incidentEntry, silenceEntry } from "./entries.ts";
import { partName } from "./part-names.ts";
import { approvalSubject } from "./subjects.ts";
import {
  type AccountView,
  accountName,
  type IncidentSummary,
  type Names,
  nameOf,
  namesOf,
  type PendingView,
  type SilenceSummary,
} from "./views.ts";
import { counted, sentence, sentenceList } from "./words.ts";

export interface HomeView {
  readonly asker: PersonId;
  /** All that are not resolved, in any order. */
  readonly incidents: readonly IncidentSummary[];
  /** Requests that the asker may approve now and has not. */
  readonly approvals: readonly WaitingApproval[];
  /** Active ones. */
  readonly silences: readonly SilenceSummary[];
  /** What does not work now. */
  readonly troubles: readonly { readonly part: string; readonly problem: string }[];
  /** Parts that are watched, e.g. `slack`, `teams`, `twilio`, `queue`. */
  readonly watched: readonly string[];
  readonly responders: readonly PersonId[];
  readonly names: Names;
  readonly atMs: number;
}

export type WaitingApproval = PendingView & {
  readonly incidentId: IncidentId;
  readonly account: AccountView;
};

/** Longer lists are for the command: a page that must be scrolled hides its end. */
const MOST_OF_EACH = 10;

export function homeCard(view: HomeView): Card {
  const mine = byMoneyAtRisk(view.incidents.filter((incident) => isMine(incident, view.asker)));
  const others = byMoneyAtRisk(view.incidents.filter((incident) => !isMine(incident, view.asker)));
  const entry = (incident: IncidentSummary) => incidentEntry(incident, view.atMs, view.names);
  const heading = headingOf(view, mine.length);
  return {
    subject: "home",
    heading,
    elements: [
      ...(isQuiet(view) ? [text("Nothing is open, and nothing waits for you.")] : []),
      ...section("Waiting for your approval", view.approvals, (waiting) => approvalElements(waiting, view.names)),
      ...section("In your hands", mine, (incident) => [entry(incident)]),
      ...section(mine.length === 0 ? "Open incidents" : "Other open incidents", others, (incident) => [
        entry(incident),
      ]),
      ...section("Silent for now", view.silences, (silence) => [silenceEntry(silence)]),
      ...health(view),
      onCall(view),
      { kind: "text", text: ["As of ", { atMs: view.atMs }, "."] },
    ],
    buttons: [REFRESH],
    overflow: [],
    note: null,
    fallback: heading,
    tone: toneOf(view),
  };
}

const REFRESH: Button = { label: "Refresh", press: { action: "refresh-home" }, style: "plain", confirm: null };

/** Whoever acknowledges takes it, unless it was given to somebody else. */
function isMine({ assignee, acknowledgedBy }: IncidentSummary, asker: PersonId): boolean {
  if (assignee !== null) return assignee === asker;
  return acknowledgedBy?.kind === "person" && acknowledgedBy.personId === asker;
}

function isQuiet({ incidents, approvals }: HomeView): boolean {
  return incidents.length === 0 && approvals.length === 0;
}

/** Read alone, it says whether there is something to do. */
function headingOf(view: HomeView, mine: number): string {
  const { approvals, incidents, troubles } = view;
  const parts = [
    ...(approvals.length === 0
      ? []
      : [`${counted(approvals.length, "request waits", "requests wait")} for your approval`]),
    ...(incidents.length === 0
      ? []
      : [`${counted(incidents.length, "incident")} open, ${mine === 0 ? "none" : mine} yours`]),
    ...(troubles.length === 0 ? [] : ["something does not work"]),
  ];
  const words = parts.length === 0 ? "All quiet" : parts.join(" · ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function toneOf(view: HomeView): Card["tone"] {
  if (view.incidents.some(({ severity, status }) => severity === "critical" && status === "open")) return "alarm";
  return isQuiet(view) && view.troubles.length === 0 ? "calm" : "attention";
}

function section<Item>(
  title: string,
  items: readonly Item[],
  elementsOf: (item: Item) => readonly Element[],
): readonly Element[] {
  if (items.length === 0) return [];
  const more = items.length - MOST_OF_EACH;
  return [
    { kind: "text", text: [{ bold: title }] },
    ...items.slice(0, MOST_OF_EACH).flatMap(elementsOf),
    ...(more > 0 ? [text(`and ${counted(more, "more", "more")}.`)] : []),
  ];
}

/** Approving needs the whole request before one's eyes: this only leads there. */
function approvalElements(waiting: WaitingApproval, names: Names): readonly Element[] {
  const { approvalId, description, requester, expiresAtMs, account } = waiting;
  return [
    {
      kind: "entry",
      text: [
        { bold: `${description} on ${accountName(account)}` },
        `. Asked for by ${nameOf(names, requester)}. Expires `,
        { atMs: expiresAtMs },
        ".",
      ],
      button: null,
    },
    { kind: "link", label: `Open the request: ${description}`, subject: approvalSubject(approvalId) },
  ];
}

function health({ troubles, watched }: HomeView): readonly Element[] {
  if (troubles.length > 0) {
    const items = troubles.map(({ part, problem }) => `${partName(part)}: ${sentence(problem)}`);
    return [{ kind: "list", title: "What does not work now", items }];
  }
  const names = sentenceList(watched.map(partName));
  if (names === "") return [];
  const words = `${names} ${watched.length === 1 ? "works" : "work"}.`;
  return [text(`${words.charAt(0).toUpperCase()}${words.slice(1)}`)];
}

function onCall({ responders, names }: HomeView): Element {
  return text(
    responders.length === 0
      ? "Nobody on the roster is a responder, so nobody is called."
      : `On call: ${sentenceList(namesOf(names, responders))}.`,
  );
}

function text(words: string): Element {
  return { kind: "text", text: [words] };
}
