/** What a platform left out of a card, as it says itself, and what it left out without saying. */
import type { Card, Element } from "../../../src/notice/card.ts";
import { essence, linesOfElement } from "./model.ts";
import type { Reading } from "./platform.ts";

/** Elements that are there: all but the last few, which the card counts. */
export function keptElements({ elements }: Card, readings: readonly Reading[]): readonly Element[] {
  const left = sum(readings, /^… (\d+) more parts? (?:does|do) not fit here$/);
  return left === 0 ? elements : elements.slice(0, -left);
}

/** Lines of which nothing is to be read; none when each is there, begins there and ends with "…", or is counted. */
export function lostLines(card: Card, readings: readonly Reading[]): readonly string[] {
  const shown = readings.map(({ words }) => ({ essence: essence(words), isCut: words.includes("…") }));
  const all = shown.map((each) => each.essence).join(" ");
  const isLost = (line: readonly string[]): boolean => {
    const pieces = line.map(essence).filter((piece) => piece !== "");
    if (pieces.every((piece) => all.includes(piece))) return false;
    const beginning = [...(pieces[0] ?? "")].slice(0, 40).join("");
    return !shown.some((each) => each.isCut && each.essence.includes(beginning));
  };
  const lost: (readonly string[])[] = [[card.heading], ...(card.note === null ? [] : [[card.note]])].filter(isLost);
  let counted = sum(readings, /^… (\d+) (?:more|earlier)$/m);
  for (const element of keptElements(card, readings)) {
    const lines = linesOfElement(element).filter(isLost);
    const said = element.kind === "list" || element.kind === "timeline" ? Math.min(counted, lines.length) : 0;
    counted -= said;
    lost.push(...lines.slice(said));
  }
  return lost.map((line) => line.join("").slice(0, 120));
}

function sum(readings: readonly Reading[], words: RegExp): number {
  return readings.reduce((total, reading) => total + Number(words.exec(reading.words)?.[1] ?? 0), 0);
}
