import type { Rich } from "../../notice/card.ts";
import { cut, oneLine, visible } from "../plain-text.ts";
import { type Dialect, marked as markedIn } from "../rich.ts";

/** How Slack's mrkdwn writes what a card says. */
const MRKDWN: Dialect = { escaped, bold, moment };

/**
 * Makes text say nothing but itself in mrkdwn. `&<>` have entities; formatting characters have none, so they become their
 * look-alikes where they could format. `_` inside a word formats nothing and stays: identifiers can be copied.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function escaped(text: string): string {
  return visible(text)
    .replace(/^([^\S\n]*)>+/gm, "$1›")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("*", "∗")
    .replaceAll("~", "∼")
    .replaceAll("`", "ˋ")
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "ˍ")
    .replace(/:(?=[\w'+-]*[a-z][\w'+-]*:)/gi, "∶");
}

/** Escaped text, cut visibly so that its escaped form fits. */
export function escapedWithin(text: string, maxCharacters: number): string {
  return cut(visible(text), maxCharacters, escaped);
}

/** mrkdwn of plain text with bold words and moments, cut visibly. Never empty. */
export function marked(rich: Rich, maxCharacters: number): string {
  return markedIn(rich, maxCharacters, MRKDWN);
}

/** Bold words on one line; empty for empty ones. */
export function bold(text: string): string {
  const words = oneLine(escaped(text));
  return words === "" ? "" : `*${words}*`;
}

/** Each reader sees it in their own time zone; a client that cannot do that shows UTC. */
export function moment(atMs: number): string {
  const utc = new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
  return `<!date^${Math.floor(atMs / 1000)}^{date_short_pretty} {time}|${utc} UTC>`;
}
