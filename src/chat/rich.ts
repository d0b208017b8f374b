import { unreachable } from "../lib/decision.ts";
import type { Rich, RichPart } from "../notice/card.ts";
import { cut, visible } from "./plain-text.ts";

/** How a platform writes the three parts of a rich text. */
export interface Dialect {
  /** Makes text say nothing but itself. */
  escaped(text: string): string;
  /** On one line; empty for empty words. */
  bold(words: string): string;
  /** Each reader sees it in their own time zone. */
  moment(atMs: number): string;
}

const ELLIPSIS = "…";

/** Plain text with bold words and moments in a platform's markup, cut visibly. Never empty. */
export function marked(parts: Rich, maxCharacters: number, dialect: Dialect): string {
  const rich = joined(parts);
  const pieces = rich.map((_, index) => markedPart(rich, index, dialect));
  const whole = pieces.join("");
  if (whole.trim() === "") return "—";
  if (whole.length <= maxCharacters) return whole;
  const fitting = pieces.findIndex((_, index) => pieces.slice(0, index + 1).join("").length > maxCharacters - 1);
  const before = pieces.slice(0, fitting).join("");
  const words = wordsOf(rich[fitting]);
  // A moment cut inside would show as broken markup.
  if (words === null) return `${before}${ELLIPSIS}`;
  return `${before}${cut(visible(words), maxCharacters - before.length, writerOf(rich, fitting, dialect))}`;
}

/** Null for a moment. */
function wordsOf(part: RichPart | undefined): string | null {
  if (part === undefined || typeof part === "string") return part ?? null;
  return "bold" in part ? part.bold : null;
}

/** Pieces of text that touch are one: what is harmless in each could format together. */
function joined(rich: Rich): Rich {
  const parts: RichPart[] = [];
  for (const part of rich) {
    const last = parts.at(-1);
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts;
}

function markedPart(rich: Rich, index: number, dialect: Dialect): string {
  const part = rich[index];
  if (part === undefined) return "";
  if (typeof part === "string") return writerOf(rich, index, dialect)(part);
  if ("atMs" in part) return dialect.moment(part.atMs);
  if ("bold" in part) return writerOf(rich, index, dialect)(part.bold);
  return unreachable(part);
}

/** How the words at this place are written. */
function writerOf(rich: Rich, index: number, dialect: Dialect): (words: string) => string {
  const isBold = typeof rich[index] !== "string" && standsFree(rich, index);
  return isBold ? dialect.bold : dialect.escaped;
}

/** Words are set bold only when neither a letter nor another mark touches theirs. */
function standsFree(rich: Rich, index: number): boolean {
  const before = rich[index - 1] ?? "";
  const after = rich[index + 1] ?? "";
  const isFreeBefore = typeof before === "string" ? !/[\p{L}\p{N}]$/u.test(before) : !("bold" in before);
  const isFreeAfter = typeof after === "string" ? !/^[\p{L}\p{N}]/u.test(after) : !("bold" in after);
  return isFreeBefore && isFreeAfter;
}
