import type { Rich } from "../../notice/card.ts";
import { bold, marked } from "./text.ts";

/** One line of the file. */
const LINE_CHARACTERS = 1500;

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/**
 * The lines of a Markdown file as Teams shows them in a message: headings bold, lists and bold words as they are, and every
 * other word plain. What the file had escaped is read first and escaped again in the way that all of Teams' clients understand.
 */
export function fileLines(markdown: string): readonly string[] {
  return markdown
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(fileLine);
}

function fileLine(line: string): string {
  const [, sign = "", rest = line] = /^\s*(#{1,6}|[-*])\s+(.*)$/.exec(line) ?? [];
  const words = marked(richOf(rest), LINE_CHARACTERS);
  if (sign.startsWith("#")) return bold(unescaped(rest).slice(0, LINE_CHARACTERS)) || words;
  return sign === "" ? words : `- ${words}`;
}

/** Marks that stand without a backslash are the file's own: `**` around bold words, and around code, which stays text. */
function richOf(markdown: string): Rich {
  return markdown
    .replace(/(?<!\\)`/g, "")
    .split(/\*\*([^*\\]+)\*\*/)
    .map((piece, index) => (index % 2 === 1 ? { bold: unescaped(piece) } : unescaped(piece)));
}

/** The text that a line of Markdown shows. Once from the left, so that what an entity stands for is not read again. */
function unescaped(markdown: string): string {
  return markdown.replace(
    /\\([!-/:-@[-`{-~])|&(amp|lt|gt|quot);|&#(\d{1,6});/g,
    (_all, character?: string, name?: string, code?: string) => {
      if (character !== undefined) return character;
      if (name !== undefined) return ENTITIES[name] ?? "";
      return String.fromCodePoint(Number(code) <= 0x10ffff ? Number(code) : 0xfffd);
    },
  );
}
