/** What dialogs ask for, and what may come back. The server checks every value again. */
import type { DialogField, Element } from "./card.ts";
import { type AccountView, accountName } from "./views.ts";

/** Field ids. */
export const FIELDS = {
  cause: "cause",
  note: "note",
  person: "person",
  what: "what",
  span: "span",
  reason: "reason",
  incident: "incident",
  remediation: "remediation",
  threat: "threat",
  summary: "summary",
  severity: "severity",
} as const;

export const MAX_REASON_CHARACTERS = 500;
export const MAX_NOTE_CHARACTERS = 300;
/** It becomes one line of the card. */
export const MAX_SUMMARY_CHARACTERS = 200;

/** https://docs.slack.dev/reference/views/modal-views: the tightest platform. */
const MAX_TITLE_CHARACTERS = 24;
/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element: the tightest platform. */
const MAX_OPTIONS = 100;

/** Values of the field `what`. */
export type QuietChoice = "snooze" | "silence";
/** Value of the field `threat` that stands for all of them. */
export const ANY_THREAT = "anything";

/** Values of the field `span`: how long a snooze or a silence lasts. */
export const SPANS = [
  { value: "30m", label: "30 minutes", ms: 30 * 60_000 },
  { value: "1h", label: "1 hour", ms: 3_600_000 },
  { value: "4h", label: "4 hours", ms: 4 * 3_600_000 },
  { value: "24h", label: "24 hours", ms: 24 * 3_600_000 },
  { value: "7d", label: "7 days", ms: 7 * 24 * 3_600_000 },
] as const;

/** Undefined for anything that is not one of them. */
export function spanMs(value: string | undefined): number | undefined {
  return SPANS.find((span) => span.value === value)?.ms;
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
}

export function chooseOne(id: string, label: string, options: readonly Option[], initial: string | null): DialogField {
  const shown = options.slice(0, MAX_OPTIONS);
  // Platforms refuse a choice that is not among the options.
  const known = shown.some(({ value }) => value === initial) ? initial : null;
  return { kind: "choose-one", id, label, options: shown, initial: known };
}

export function spanField(): DialogField {
  const options = SPANS.map(({ value, label }) => ({ value, label }));
  return chooseOne(FIELDS.span, "For how long", options, "1h");
}

export function clippedTitle(title: string): string {
  return title.length <= MAX_TITLE_CHARACTERS ? title : `${title.slice(0, MAX_TITLE_CHARACTERS - 1)}…`;
}

/** First in a dialog about an account: its name may be anything, its SID is certain. */
export function accountElement(account: AccountView): Element {
  const name = accountName(account);
  return { kind: "text", text: name === account.sid ? [{ bold: name }] : [{ bold: name }, ` (${account.sid})`] };
}
