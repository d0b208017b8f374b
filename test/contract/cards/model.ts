/** What a card or dialog says and offers, before any platform has shown it. */
import { unreachable } from "../../../src/lib/decision.ts";
import type { PersonId } from "../../../src/lib/id.ts";
import type { Button, Card, Dialog, Element, Press, Rich } from "../../../src/notice/card.ts";

/** Texts without their moments, which each platform writes in its own way. */
function textsOfRich(rich: Rich): readonly string[] {
  const texts = [""];
  for (const part of rich) {
    if (typeof part === "object" && "atMs" in part) texts.push("");
    else texts.push(`${texts.pop() ?? ""}${typeof part === "string" ? part : part.bold}`);
  }
  return texts;
}

/** Everything that people are to read of an element: a list of lines, each of them in pieces. */
export function linesOfElement(element: Element): readonly (readonly string[])[] {
  switch (element.kind) {
    case "text":
    case "entry":
      return [textsOfRich(element.text)];
    case "facts":
      return element.facts.flatMap(({ label, value }) => [[label], textsOfRich(value)]);
    case "list":
      return [[element.title], ...element.items.map((item) => [item])];
    case "timeline":
      return element.entries.map(({ text }) => textsOfRich(text));
    case "mention":
      return [[element.text]];
    case "link":
      return [[element.label]];
    case "chart":
      return [[element.finding]];
    default:
      return unreachable(element);
  }
}

/** Words that a builder has set apart. Labels and titles may be bold, too. */
export function emphasised(elements: readonly Element[]): readonly string[] {
  const boldIn = (rich: Rich) =>
    rich.flatMap((part) => (typeof part === "object" && "bold" in part ? [part.bold] : []));
  return elements.flatMap((element): readonly string[] => {
    switch (element.kind) {
      case "text":
      case "entry":
        return boldIn(element.text);
      case "facts":
        return element.facts.flatMap(({ label, value }) => [label, ...boldIn(value)]);
      case "list":
        return [element.title];
      case "timeline":
        return element.entries.flatMap(({ text }) => boldIn(text));
      case "mention":
      case "link":
      case "chart":
        return [];
      default:
        return unreachable(element);
    }
  });
}

export function mentioned(elements: readonly Element[]): readonly PersonId[] {
  return elements.flatMap((element) => (element.kind === "mention" ? element.people : []));
}

export function linkedSubjects(elements: readonly Element[]): readonly string[] {
  return elements.flatMap((element) => (element.kind === "link" ? [element.subject] : []));
}

function entryButtons(elements: readonly Element[]): readonly Button[] {
  return elements.flatMap((element) => (element.kind === "entry" && element.button !== null ? [element.button] : []));
}

export function pressesOfCard(card: Card, kept: readonly Element[]): readonly Press[] {
  return [...entryButtons(kept), ...card.buttons, ...card.overflow].map(({ press }) => press);
}

/** A dialog as what it says: fields and Submit are looked at apart. */
export function wordsOfDialog({ title, elements }: Dialog): Card {
  return {
    subject: "dialog",
    heading: title,
    elements,
    buttons: [],
    overflow: [],
    note: null,
    fallback: title,
    tone: "calm",
  };
}

/**
 * What is left of a text when every mark is gone: letters and digits, in the form in which look-alikes are one. Both platforms
 * replace marks by signs that are none, so that two texts with the same essence read the same.
 */
export function essence(text: string): string {
  return text.normalize("NFKC").replace(/[^\p{L}\p{N}]|\p{Lm}/gu, "");
}
