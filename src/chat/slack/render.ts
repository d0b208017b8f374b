import type { types } from "@slack/bolt";
import type { Card, Dialog, DialogField, Element } from "../../notice/card.ts";
import { oneLine, plainLine } from "../plain-text.ts";
import { encodeForm } from "../press.ts";
import type { Block } from "./blocks.ts";
import { buttonBlocks } from "./buttons.ts";
import { elementBlocks, type RenderContext, type Surface, small } from "./elements.ts";
import { fieldBlocks } from "./fields.ts";
import { LIMITS, TASTE } from "./limits.ts";
import { escapedWithin, marked } from "./text.ts";

export type { Block } from "./blocks.ts";
export type { RenderContext } from "./elements.ts";
/** What these elements leave to be looked up, links included. */
export type ContextFor = (elements: readonly Element[]) => Promise<RenderContext>;
export type View = types.ModalView;
export type HomeView = types.HomeView;

/** Two marks of different shape, so that nothing depends on colour; a screen reader names them. */
const TONE_MARKS = { alarm: "🚨 ", attention: "⚠️ ", calm: "" } as const;
const VIEW_ROOM: Room = { blocks: LIMITS.blocksInView, characters: TASTE.textInView };
/** Every dialog of ours: Slack sends this back with what was entered. */
const DIALOG_CALLBACK_ID = "dialog";

/** A card's blocks, always within Slack's limits; what does not fit is named at its place. */
export function toBlocks(card: Card, context: RenderContext): Block[] {
  return cardBlocks(card, "message", context, { blocks: LIMITS.blocksInMessage, characters: LIMITS.textInMessage });
}

/** A card as somebody's App Home. */
export function toHomeView(card: Card, context: RenderContext): HomeView {
  return { type: "home", blocks: cardBlocks(card, "view", context, VIEW_ROOM) };
}

/** A card in a dialog that can only be read and closed: for an answer to a press where no message can be shown. */
export function toCardView(card: Card, context: RenderContext): View {
  return {
    type: "modal",
    title: { type: "plain_text", text: "Tollgate" },
    close: { type: "plain_text", text: "Close" },
    blocks: cardBlocks(card, "view", context, VIEW_ROOM),
  };
}

function cardBlocks(card: Card, surface: Surface, context: RenderContext, room: Room): Block[] {
  const mark = TONE_MARKS[card.tone];
  const words = plainLine(card.heading, LIMITS.headerText - mark.length);
  const heading: Block = { type: "header", text: { type: "plain_text", text: `${mark}${words}` } };
  const foot = [
    ...buttonBlocks(card.buttons, card.overflow),
    ...(card.note === null || card.note.trim() === "" ? [] : [small(marked([card.note], TASTE.noteText))]),
  ];
  const body = bodyBlocks(card.elements, surface, context, {
    blocks: room.blocks - 1 - foot.length,
    characters: room.characters - textLength([heading, ...foot]),
  });
  return [heading, ...body, ...foot];
}

/** One line for clients and notifications that show no blocks. mrkdwn. */
export function toText(card: Card): string {
  const words = card.fallback.trim() === "" ? card.heading : card.fallback;
  return escapedWithin(oneLine(words), LIMITS.messageText) || "—";
}

export function toView(dialog: Dialog, context: RenderContext): View {
  const view = viewOf(dialog, context);
  if (Buffer.byteLength(JSON.stringify(view)) <= LIMITS.viewBytes) return view;
  // Hundreds of options with long descriptions: an option can be chosen by its name alone.
  return viewOf({ ...dialog, fields: dialog.fields.map(withoutDescriptions) }, context);
}

function withoutDescriptions(field: DialogField): DialogField {
  if (field.kind !== "choose-many" && field.kind !== "choose-one") return field;
  return { ...field, options: field.options.map(({ value, label }) => ({ value, label })) };
}

function viewOf(dialog: Dialog, context: RenderContext): View {
  // Slack refuses inputs in a dialog that cannot be sent.
  const fields = dialog.submit === null ? [] : dialog.fields.flatMap(fieldBlocks);
  const body = bodyBlocks(dialog.elements, "view", context, {
    ...VIEW_ROOM,
    blocks: VIEW_ROOM.blocks - fields.length,
  });
  return {
    type: "modal",
    callback_id: DIALOG_CALLBACK_ID,
    title: { type: "plain_text", text: plainLine(dialog.title, LIMITS.viewTitle) },
    close: { type: "plain_text", text: dialog.submit === null ? "Close" : "Cancel" },
    ...(dialog.submit === null
      ? {}
      : {
          submit: { type: "plain_text", text: plainLine(dialog.submit.label, LIMITS.viewButton) },
          private_metadata: encodeForm(dialog.submit.form),
        }),
    blocks: [...body, ...fields],
  };
}

/** A dialog that says one thing and can only be closed. */
export function toTellingView(title: string, sentence: string): View {
  const dialog: Dialog = { title, elements: [{ kind: "text", text: [sentence] }], fields: [], submit: null };
  return toView(dialog, { slackIdOf: () => null, linkOf: () => null, pictureOf: () => null });
}

interface Room {
  readonly blocks: number;
  readonly characters: number;
}

function bodyBlocks(
  elements: readonly Element[],
  surface: Surface,
  context: RenderContext,
  room: Room,
): readonly Block[] {
  const rendered = elements.map((element) => elementBlocks(element, surface, context));
  const all = rendered.flat();
  if (fits(all, room)) return all;
  const left = { blocks: room.blocks - 1, characters: room.characters - textLength([leftOut(elements.length)]) };
  const kept = rendered.findIndex((_, index) => !fits(rendered.slice(0, index + 1).flat(), left));
  return [...rendered.slice(0, kept).flat(), leftOut(elements.length - kept)];
}

function leftOut(count: number): Block {
  return small(`… ${count} more ${count === 1 ? "part does" : "parts do"} not fit here`);
}

function fits(blocks: readonly Block[], room: Room): boolean {
  return blocks.length <= room.blocks && textLength(blocks) <= room.characters;
}

/** Characters in every `text` of these blocks, which is what Slack seems to count. */
function textLength(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, field]) => sum + (name === "text" && typeof field === "string" ? field.length : textLength(field)),
    0,
  );
}
