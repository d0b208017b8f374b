import { unreachable } from "../../lib/decision.ts";
import type { Rich } from "../../notice/card.ts";

const ELLIPSIS = "…";

/** Controls that could hide words or turn around the order of the words beside them. Right-to-left text itself needs none of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** Half a character, as a careless cut leaves it: no valid JSON text in UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

function visible(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replaceAll("\t", " ")
    .replace(INVISIBLE, "")
    .replace(LONE_SURROGATE, "\ufffd");
}

/** For fields of type `plain_text`, where nothing is read as markup. Cut visibly; never empty, which Slack refuses. */
export function plain(text: string, maxCharacters: number): string {
  const shown = visible(text);
  return shown.trim() === "" ? "—" : cut(shown, maxCharacters, (piece) => piece);
}

/** The same on one line: for headings, labels and buttons. */
export function plainLine(text: string, maxCharacters: number): string {
  return plain(text.replace(/\s+/g, " ").trim(), maxCharacters);
}

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
  const pieces = rich.map((_, index) => markedPart(rich, index));
  const whole = pieces.join("");
  if (whole.trim() === "") return "—";
  if (whole.length <= maxCharacters) return whole;
  const fitting = pieces.findIndex((_, index) => pieces.slice(0, index + 1).join("").length > maxCharacters - 1);
  const before = pieces.slice(0, fitting).join("");
  const part = rich[fitting];
  // Bold words or a moment cut inside would show as broken markup: only plain text is cut inside.
  return typeof part === "string"
    ? `${before}${cut(visible(part), maxCharacters - before.length, escaped)}`
    : `${before}${ELLIPSIS}`;
}

function markedPart(rich: Rich, index: number): string {
  const part = rich[index];
  if (part === undefined) return "";
  if (typeof part === "string") return escaped(part);
  if ("atMs" in part) return moment(part.atMs);
  if ("bold" in part) return standsFree(rich, index) ? bold(part.bold) : escaped(part.bold);
  return unreachable(part);
}

/** Slack sets words bold only when neither a letter nor another asterisk touches theirs. */
function standsFree(rich: Rich, index: number): boolean {
  const before = rich[index - 1] ?? "";
  const after = rich[index + 1] ?? "";
  const isFreeBefore = typeof before === "string" ? !/[\p{L}\p{N}]$/u.test(before) : !("bold" in before);
  const isFreeAfter = typeof after === "string" ? !/^[\p{L}\p{N}]/u.test(after) : !("bold" in after);
  return isFreeBefore && isFreeAfter;
}

/** Bold words on one line; empty for empty ones. */
export function bold(text: string): string {
  const words = escaped(text).replace(/\s+/g, " ").trim();
  return words === "" ? "" : `*${words}*`;
}

/** Each reader sees it in their own time zone; a client that cannot do that shows UTC. */
export function moment(atMs: number): string {
  const utc = new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
  return `<!date^${Math.floor(atMs / 1000)}^{date_short_pretty} {time}|${utc} UTC>`;
}

/** The text as written, or its longest beginning whose written form fits, with "…". Never ends inside a character (`👩‍🚒` is one). */
function cut(text: string, maxCharacters: number, write: (piece: string) => string): string {
  const whole = write(text);
  if (whole.length <= maxCharacters) return whole;
  const ends = [...new Intl.Segmenter().segment(text.slice(0, maxCharacters + 1))].map(({ index }) => index);
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (write(text.slice(0, ends[middle])).length <= maxCharacters - ELLIPSIS.length) low = middle;
    else high = middle - 1;
  }
  return `${write(text.slice(0, ends[low] ?? 0))}${ELLIPSIS}`;
}
