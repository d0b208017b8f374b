/** Slack for the contract: mrkdwn and Block Kit as its clients read them. https://docs.slack.dev/messaging/formatting-message-text */
import { decodeForm, decodePress } from "../../../src/chat/press.ts";
import {
  type RenderContext,
  toBlocks,
  toCardView,
  toHomeView,
  toText,
  toView,
} from "../../../src/chat/slack/render.ts";
import type { Card, Dialog } from "../../../src/notice/card.ts";
import { blockKitProblems, elementsOf, viewProblems } from "../../../src/sandbox/slack/block-kit.ts";
import { optionsOf } from "../../../src/sandbox/slack/block-kit-elements.ts";
import { isJson, type Json, objectsIn, textAt } from "../../../src/sandbox/slack/json.ts";
import { addressOf, chatIdOf, DRAWN } from "./people.ts";
import type { ContractPlatform, Reading, Shown, ShownDialog, ShownField } from "./platform.ts";

/** From the reference, not from the renderer: a message's JSON has no limit of its own, a view's is 250 KB. */
const VIEW_BYTES = 250_000;
/** Above it one `text` becomes several messages. */
const FALLBACK_CHARACTERS = 4000;

const context: RenderContext = {
  slackIdOf: (person) => chatIdOf("slack", person),
  linkOf: addressOf,
  pictureOf: (digest) => (digest === DRAWN ? "F0PICTURE1" : null),
};

export const slack: ContractPlatform = {
  name: "slack",
  surfaces: [
    { name: "message", takes: () => true, show: messageOf },
    { name: "Home", takes: ({ subject }) => subject === "home", show: (card) => viewOf(toHomeView(card, context)) },
    // The answer to a press on the Home, where no message can be shown.
    {
      name: "a dialog to read",
      takes: ({ subject }) => subject.startsWith("answer-incident"),
      show: (card) => viewOf(toCardView(card, context)),
    },
  ],
  notification: (card) => readMrkdwn(toText(card)),
  dialog: dialogOf,
};

function messageOf(card: Card): Shown {
  const blocks: readonly unknown[] = toBlocks(card, context);
  const text = toText(card);
  const tooLong = text.length > FALLBACK_CHARACTERS ? [`the text has ${text.length} characters`] : [];
  return shownOf(objectsIn(blocks), [...blockKitProblems(blocks, "message"), ...tooLong]);
}

function viewOf(view: unknown): Shown {
  const blocks = isJson(view) ? objectsIn(view["blocks"]) : [];
  const bytes = Buffer.byteLength(JSON.stringify(view));
  return shownOf(blocks, [...viewProblems(view), ...(bytes > VIEW_BYTES ? [`the view has ${bytes} bytes`] : [])]);
}

function dialogOf(dialog: Dialog): ShownDialog {
  const view: unknown = toView(dialog, context);
  const metadata = textAt(view, "private_metadata");
  const title = { words: textAt(view, "title", "text") ?? "", ...NOTHING_MARKED };
  const shown = viewOf(view);
  const blocks = isJson(view) ? objectsIn(view["blocks"]) : [];
  return {
    ...shown,
    readings: [title, ...shown.readings],
    form: metadata === undefined ? undefined : decodeForm(metadata),
    fields: fieldsIn(blocks),
    labels: [textAt(view, "submit", "text") ?? [], textAt(view, "close", "text") ?? []].flat(),
  };
}

/** Several menus of one long choice are one field. */
function fieldsIn(blocks: readonly Json[]): readonly ShownField[] {
  const fields = new Map<string, ShownField>();
  for (const block of blocks.filter(({ type }) => type === "input")) {
    const id = (textAt(block, "block_id") ?? "").replace(/~\d+$/, "");
    const element = isJson(block["element"]) ? block["element"] : {};
    const values = optionsOf(element).map((option) => textAt(option, "value") ?? "");
    const isWriting = element["type"] === "plain_text_input";
    fields.set(id, {
      id,
      label: textAt(block, "label", "text") ?? "",
      values: isWriting ? null : [...(fields.get(id)?.values ?? []), ...values],
      isOptional: block["optional"] === true,
    });
  }
  return [...fields.values()];
}

function shownOf(blocks: readonly Json[], problems: readonly string[]): Shown {
  const pressable = blocks.filter(({ type }) => type !== "input").flatMap(elementsOf);
  const buttons = pressable.filter(({ type }) => type === "button");
  const options = pressable.flatMap(optionsOf);
  return {
    problems: [...problems, ...crowds(blocks)],
    readings: readingsIn(blocks),
    presses: [...buttons, ...options].map((each) => decodePress(textAt(each, "value") ?? "")),
    labels: [...buttons, ...options].map((each) => textAt(each, "text", "text") ?? ""),
    pictures: everyObject(blocks).flatMap((each) => (each["type"] === "image" ? [textAt(each, "alt_text") ?? ""] : [])),
  };
}

/** Below Slack's own limits: more than five buttons in a row, or two menus, nobody finds their way in. */
function crowds(blocks: readonly Json[]): readonly string[] {
  const rows = blocks.filter(({ type }) => type === "actions").map(elementsOf);
  const crowded = rows.filter((row) => row.filter(({ type }) => type === "button").length > 5);
  const menus = rows.flat().filter(({ type }) => type === "overflow").length;
  return [
    ...crowded.map((row) => `a row has ${row.length} elements`),
    ...(menus > 1 ? [`there are ${menus} overflow menus`] : []),
  ];
}

/** Texts of every block in their order; what can be pressed is read by `labels`, what was entered by `fields`. */
function readingsIn(value: unknown): readonly Reading[] {
  if (Array.isArray(value)) return value.flatMap(readingsIn);
  if (!isJson(value)) return [];
  const text = textAt(value, "text");
  if (value["type"] === "mrkdwn" && text !== undefined) {
    const reading = readMrkdwn(text);
    // Else Slack guesses: an address or a #name in a text becomes a link.
    return value["verbatim"] === true ? [reading] : [{ ...reading, other: [...reading.other, "not verbatim"] }];
  }
  if (value["type"] === "plain_text" && text !== undefined) return [{ words: text, ...NOTHING_MARKED }];
  return Object.values(value).flatMap(readingsIn);
}

const NOTHING_MARKED = { mentions: [], links: [], bold: [], items: 0, other: [] };

function readMrkdwn(text: string): Reading {
  const mentions: string[] = [];
  const links: string[] = [];
  const bold: string[] = [];
  const other: string[] = [];
  const withoutTokens = text.replace(/<([^<>]*)>/g, (whole, inner: string) => {
    if (inner.startsWith("!date^")) return `(${inner.split("|")[1] ?? ""})`;
    const [target = "", label = ""] = inner.split("|");
    if (/^@[UW]/.test(inner)) mentions.push(inner.slice(1));
    else if (/^(https?|mailto|tel):/.test(target)) links.push(target);
    else other.push(whole);
    return label;
  });
  const formats: readonly RegExp[] = [
    /(?<![\p{L}\p{N}_])_(?=\S)[^_\n]+_(?![\p{L}\p{N}_])/gu,
    /(?<![\p{L}\p{N}~])~(?=\S)[^~\n]+~(?![\p{L}\p{N}~])/gu,
    /`[^`\n]+`|```/g,
    /^\s*(?:>|&gt;).*/gm,
    /:[a-z0-9_'+-]*[a-z][a-z0-9_'+-]*:/gi,
    /[<>]/g,
  ];
  other.push(...formats.flatMap((format) => withoutTokens.match(format) ?? []));
  const words = withoutTokens.replace(
    /(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]+)\*(?![\p{L}\p{N}*])/gu,
    (_, inner: string) => {
      bold.push(unescaped(inner));
      return inner;
    },
  );
  return { words: unescaped(words), mentions, links, bold, items: 0, other };
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function everyObject(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap(everyObject);
  return isJson(value) ? [value, ...Object.values(value).flatMap(everyObject)] : [];
}
