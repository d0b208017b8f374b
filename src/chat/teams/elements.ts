import { unreachable } from "../../lib/decision.ts";
import type { PersonId } from "../../lib/id.ts";
import type { Button, CardFact, ChartElement, Element, Rich, TimelineEntry } from "../../notice/card.ts";
import { countFitting, moreLine, packLines } from "../lines.ts";
import { plain } from "../plain-text.ts";
import { type CardAction, pressAction } from "./buttons.ts";
import { LIMITS, TASTE } from "./limits.ts";
import { escapedLine, escapedWithin, marked } from "./text.ts";
import type { JsonObject } from "./transport.ts";

export type CardElement = JsonObject & { readonly type: string };

/** What a card leaves to be looked up. */
export interface RenderContext {
  /** The Entra object id; null for somebody who is not on Teams. */
  readonly teamsIdOf: (person: PersonId) => string | null;
  readonly nameOf: (person: PersonId) => string;
  /** Address of another message of ours; null when Teams does not have it. */
  readonly linkOf: (subject: string) => string | null;
  /** The picture itself as an address that begins with `data:`; null until it was drawn. */
  readonly pictureOf: (digest: string) => string | null;
}

/** Where a card is shown: a message is looked at, a dialog is read and knows no Action.Execute. */
export type Surface = { readonly kind: "message"; readonly subject: string } | { readonly kind: "dialog" };

const INLINE_PICTURE = /^data:image\/png;base64,[A-Za-z0-9+/]+=*$/;
const LIST_SEPARATOR = "\r";
const PARAGRAPH = "\n\n";

export function cardElements(element: Element, surface: Surface, context: RenderContext): readonly CardElement[] {
  switch (element.kind) {
    case "text":
      return [textBlock(marked(element.text, TASTE.text))];
    case "facts":
      return element.facts.length === 0 ? [] : [factSet(element.facts)];
    case "list":
      return list(element.title, element.items, surface);
    case "timeline":
      return element.entries.length === 0 ? [] : [small(timeline(element.entries))];
    case "mention":
      return [textBlock(mention(element.people, element.text, surface, context))];
    case "link":
      return [textBlock(link(element.label, context.linkOf(element.subject)))];
    case "entry":
      return [entry(element.text, element.button, surface)];
    case "chart":
      return chart(element, context);
    default:
      return unreachable(element);
  }
}

/** The text is Markdown. */
export function textBlock(text: string, also: JsonObject = {}): CardElement {
  return { type: "TextBlock", text, wrap: true, ...also };
}

/** Small print. */
export function small(text: string): CardElement {
  return textBlock(text, { size: "Small", isSubtle: true });
}

function factSet(facts: readonly CardFact[]): CardElement {
  return {
    type: "FactSet",
    facts: facts.map((fact) => ({
      title: escapedLine(fact.label, TASTE.label),
      value: marked(fact.value, TASTE.fieldText),
    })),
  };
}

function list(title: string, items: readonly string[], surface: Surface): readonly CardElement[] {
  const lines = items.map((item) => `- ${escapedLine(item, TASTE.line)}`);
  const room = surface.kind === "message" ? TASTE.listInMessage : TASTE.listInDialog;
  const heading = title.trim() === "" ? [] : [textBlock(escapedLine(title, TASTE.line), { weight: "Bolder" })];
  const texts = packLines(lines, room, 1, LIST_SEPARATOR);
  return [...heading, textBlock(texts[0] ?? "none", { spacing: "Small" })];
}

/** The newest entries stay when not all fit. */
function timeline(entries: readonly TimelineEntry[]): string {
  // Sorted forwards first: what happened in the same moment keeps its order.
  const newestFirst = entries.toSorted((a, b) => a.atMs - b.atMs).toReversed();
  const lines = newestFirst.map((entry) => marked([{ atMs: entry.atMs }, "  ", ...entry.text], TASTE.line));
  const kept = countFitting(lines, TASTE.timeline, PARAGRAPH);
  const shown = lines.slice(0, kept).toReversed();
  return [...(kept === lines.length ? [] : [`… ${lines.length - kept} earlier`]), ...shown].join(PARAGRAPH);
}

interface Mention {
  readonly person: PersonId;
  /** As it stands between the marks. */
  readonly name: string;
  /** Null: named, but not to be told. */
  readonly userId: string | null;
}

function mentionsOf(people: readonly PersonId[], context: RenderContext): readonly Mention[] {
  return people.slice(0, LIMITS.mentions).map((person) => {
    const name = escapedLine(context.nameOf(person), TASTE.label);
    return { person, name, userId: context.teamsIdOf(person) };
  });
}

function mention(people: readonly PersonId[], text: string, surface: Surface, context: RenderContext): string {
  // In a dialog nobody is told of anything, and the marks of a mention would show as text.
  const isTold = ({ userId }: Mention) => userId !== null && surface.kind === "message";
  const names = mentionsOf(people, context).map((each) => (isTold(each) ? `<at>${each.name}</at>` : each.name));
  const others = people.length > LIMITS.mentions ? [moreLine(people.length - LIMITS.mentions)] : [];
  const words = escapedWithin(text, TASTE.text);
  return [...names, ...others, words].filter((part) => part !== "").join(" ") || "—";
}

/**
 * Without them Teams shows a mention's marks as text.
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format#user-mention-in-bots-with-adaptive-cards
 */
export function mentionEntities(elements: readonly Element[], context: RenderContext): readonly JsonObject[] {
  const people = elements.flatMap((element) => (element.kind === "mention" ? mentionsOf(element.people, context) : []));
  const byText = new Map(people.map((person) => [`<at>${person.name}</at>`, person]));
  return [...byText].flatMap(([text, { name, userId }]) =>
    userId === null ? [] : [{ type: "mention", text, mentioned: { id: userId, name } }],
  );
}

function link(label: string, url: string | null): string {
  const words = escapedLine(label, TASTE.line);
  if (url === null || !/^https?:\/\/[^\s<>()[\]]+$/.test(url)) return words;
  return `[${words.replaceAll("[", "⟦").replaceAll("]", "⟧")}](${url})`;
}

function entry(text: Rich, button: Button | null, surface: Surface): CardElement {
  const words = textBlock(marked(text, TASTE.text));
  if (button === null) return { type: "Container", separator: true, items: [words] };
  const actions: readonly CardAction[] = [pressAction(button, surface)];
  return {
    type: "ColumnSet",
    separator: true,
    columns: [
      { type: "Column", width: "stretch", verticalContentAlignment: "Center", items: [words] },
      { type: "Column", width: "auto", verticalContentAlignment: "Center", items: [{ type: "ActionSet", actions }] },
    ],
  };
}

/** The picture comes with the card; the finding says it in words in any case. https://learn.microsoft.com/microsoftteams/platform/bots/how-to/agents-inline-images */
function chart({ finding, picture }: ChartElement, context: RenderContext): readonly CardElement[] {
  const words = textBlock(escapedWithin(finding, TASTE.text) || "—", { isSubtle: true });
  const url = picture === null ? null : context.pictureOf(picture);
  if (url === null || !INLINE_PICTURE.test(url)) return [words];
  return [{ type: "Image", url, altText: plain(finding, TASTE.text), size: "Stretch" }, words];
}
