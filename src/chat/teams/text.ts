import type { Rich } from "../../notice/card.ts";
import { cut, oneLine, visible } from "../plain-text.ts";
import { type Dialect, marked as markedIn } from "../rich.ts";

/**
 * Makes text say nothing but itself where Teams reads Markdown. Its clients differ in which escapes they know, so what could
 * format becomes its look-alike. `_` inside a word formats nothing and stays: identifiers can be copied.
 * https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
 */
export function escaped(text: string): string {
  return (
    visible(text)
      .replaceAll("\\", "∖")
      // A mention is `<at>name</at>`, and `&lt;` is read as `<`.
      .replaceAll("<", "‹")
      .replaceAll(">", "›")
      .replace(/&(?=#?\w+;)/g, "＆")
      .replaceAll("*", "∗")
      .replaceAll("~", "∼")
      .replaceAll("`", "ˋ")
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "ˍ")
      // Links and where they lead: [x](…), [x][y], [x]: …
      .replace(/\](?=[([:])/g, "] ")
      // Functions of the card: {{DATE(…)}}
      .replace(/\{(?=\{)/g, "{ ")
      .replace(/^([^\S\n]*)-(?=[\s-]|$)/gm, "$1‐")
      .replace(/^([^\S\n]*)\+(?=\s|$)/gm, "$1＋")
      .replace(/^([^\S\n]*)#/gm, "$1＃")
      .replace(/^([^\S\n]*)=/gm, "$1＝")
      .replace(
        /^([^\S\n]*\d{1,9})([.)])(?=\s|$)/gm,
        (_, number: string, mark: string) => `${number}${mark === "." ? "․" : "❩"}`,
      )
      .replace(/\n[^\S\n]+/g, "\n")
  );
}

/** Escaped text, cut visibly so that its escaped form fits. */
export function escapedWithin(text: string, maxCharacters: number): string {
  return cut(visible(text).trim(), maxCharacters, escaped);
}

/** The same on one line. Never empty, which Teams does not show. */
export function escapedLine(text: string, maxCharacters: number): string {
  return escapedWithin(oneLine(visible(text)), maxCharacters) || "—";
}

/** Bold words on one line; empty for empty ones. */
export function bold(text: string): string {
  const words = oneLine(escaped(text));
  return words === "" ? "" : `**${words}**`;
}

/** https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features#datetime-formatting-and-localization */
export function moment(atMs: number): string {
  const iso = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  return `{{DATE(${iso}, SHORT)}} {{TIME(${iso})}}`;
}

const TEAMS: Dialect = { escaped, bold, moment };

/** Markdown of plain text with bold words and moments, cut visibly. A line of it is a paragraph: Teams joins single lines. */
export function marked(rich: Rich, maxCharacters: number): string {
  return markedIn(rich, maxCharacters, TEAMS).trimStart().replace(/\n+/g, "\n\n");
}
