import { unreachable } from "../../lib/decision.ts";
import type { PersonId } from "../../lib/id.ts";
import type { Button, CardFact, ChartElement, Element, Rich, TimelineEntry } from "../../notice/card.ts";
import { chunks, countFitting, moreLine, packLines } from "../lines.ts";
import { oneLine, plain, plainLine } from "../plain-text.ts";
import type { Block } from "./blocks.ts";
import { buttonElement } from "./buttons.ts";
import { LIMITS, TASTE } from "./limits.ts";
import { bold, escaped, escapedWithin, marked } from "./text.ts";

/** What a card leaves to be looked up. */
export interface RenderContext {
  /** Null for somebody who is not on Slack. */
  readonly slackIdOf: (person: PersonId) => string | null;
  /** Address of another message of ours; null when Slack does not have it. */
  readonly linkOf: (subject: string) => string | null;
  /** Slack's id of a picture that was uploaded; null when Slack does not have it (yet). */
  readonly pictureOf: (digest: string) => string | null;
}

/** Where blocks are shown: a card is looked at, a dialog is read. */
export type Surface = "message" | "view";

const MENTIONED_AT_MOST = 50;
/** One line of a list or timeline. */
const LINE_CHARACTERS = 450;

export function elementBlocks(element: Element, surface: Surface, context: RenderContext): readonly Block[] {
  switch (element.kind) {
    case "text":
      return [section(marked(element.text, LIMITS.sectionText))];
    case "facts":
      return chunks(element.facts, LIMITS.sectionFields).map(factSection);
    case "list":
      return listSections(element.title, element.items, surface);
    case "timeline":
      return element.entries.length === 0 ? [] : [small(timeline(element.entries))];
    case "mention":
      return [section(mention(element.people, element.text, context))];
    case "link":
      return [section(link(element.label, context.linkOf(element.subject)))];
    case "entry":
      return [entry(element.text, element.button)];
    case "chart":
      return [chart(element, context)];
    default:
      return unreachable(element);
  }
}

/** `mrkdwn` without Slack's own guessing: an address or `#name` in a text stays text. */
function mrkdwn(text: string) {
  return { type: "mrkdwn", text, verbatim: true } as const;
}

function section(text: string): Block {
  return { type: "section", text: mrkdwn(text) };
}

/** Small print. The text is mrkdwn. */
export function small(text: string): Block {
  return { type: "context", elements: [mrkdwn(text)] };
}

function factSection(facts: readonly CardFact[]): Block {
  return {
    type: "section",
    fields: facts.map((fact) => mrkdwn(`${bold(plainLine(fact.label, 100))}\n${marked(fact.value, TASTE.fieldText)}`)),
  };
}

function listSections(title: string, items: readonly string[], surface: Surface): readonly Block[] {
  const heading = title.trim() === "" ? "" : bold(plainLine(title, LINE_CHARACTERS));
  const lines = items.map((item) => `• ${escapedWithin(oneLine(item), LINE_CHARACTERS)}`);
  const all = [heading, ...(lines.length === 0 ? ["none"] : lines)].filter((line) => line !== "");
  const sections = surface === "message" ? TASTE.listSectionsInMessage : TASTE.listSectionsInView;
  return packLines(all, LIMITS.sectionText, sections).map(section);
}

/** The newest entries stay when not all fit. */
function timeline(entries: readonly TimelineEntry[]): string {
  // Sorted forwards first: what happened in the same moment keeps its order.
  const newestFirst = entries.toSorted((a, b) => a.atMs - b.atMs).toReversed();
  const lines = newestFirst.map((entry) => marked([{ atMs: entry.atMs }, "  ", ...entry.text], LINE_CHARACTERS));
  const kept = countFitting(lines, LIMITS.contextText - 30);
  const shown = lines.slice(0, kept).toReversed();
  return kept === lines.length ? shown.join("\n") : [`… ${lines.length - kept} earlier`, ...shown].join("\n");
}

function mention(people: readonly PersonId[], text: string, context: RenderContext): string {
  const names = people.slice(0, MENTIONED_AT_MOST).map((person) => {
    const id = context.slackIdOf(person);
    return id !== null && /^[UW][A-Z0-9]+$/.test(id) ? `<@${id}>` : escaped(person);
  });
  const others = people.length > MENTIONED_AT_MOST ? [moreLine(people.length - MENTIONED_AT_MOST)] : [];
  const prefix = [...names, ...others].join(" ");
  const words = escapedWithin(text, LIMITS.sectionText - prefix.length - 1);
  return [prefix, words].filter((part) => part !== "").join(" ") || "—";
}

function link(label: string, url: string | null): string {
  const words = escapedWithin(oneLine(label), LINE_CHARACTERS) || "—";
  if (url === null || !/^https?:\/\/[^\s<>|]+$/.test(url)) return words;
  return `<${url}|${words.replaceAll("|", "¦")}>`;
}

function entry(text: Rich, button: Button | null): Block {
  const words = mrkdwn(marked(text, LIMITS.sectionText));
  return { type: "section", text: words, ...(button === null ? {} : { accessory: buttonElement(button) }) };
}

/** The finding stands above the picture, too: on a phone it is read first. https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object */
function chart({ finding, picture }: ChartElement, context: RenderContext): Block {
  const id = picture === null ? null : context.pictureOf(picture);
  // Slack refuses the entire card for an id that cannot be one.
  if (id === null || !/^F[A-Z0-9]{8,}$/.test(id)) return section(escapedWithin(finding, LIMITS.sectionText) || "—");
  return {
    type: "image",
    slack_file: { id },
    alt_text: plain(finding, LIMITS.imageAlt),
    title: { type: "plain_text", text: plainLine(finding, LIMITS.imageTitle) },
  };
}
