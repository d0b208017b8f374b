import type { types } from "@slack/bolt";
import type { Card, Dialog, Element } from "../../notice/card.ts";
import { buttonBlocks } from "./buttons.ts";
import { type Block, elementBlocks, type RenderContext, type Surface, small } from "./elements.ts";
import { fieldBlocks } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import { escapedWithin, marked, plainLine } from "./text.ts";

export type { Block, RenderContext } from "./elements.ts";
export type View = types.ModalView;

/** Two marks of different shape, so that nothing depends on colour; a screen reader names them. */
const TONE_MARKS = { alarm: "🚨 ", attention: "⚠️ ", calm: "" } as const;
/** Every dialog of ours: Slack sends this back with what was entered. */
const DIALOG_CALLBACK_ID = "dialog";

/** A card's blocks, always within Slack's limits; what does not fit is named at its place. */
export function toBlocks(card: Card, context: RenderContext): Block[] {
  const heading: Block = {
    type: "header",
    text: { type: "plain_text", text: plainLine(`${TONE_MARKS[card.tone]}${card.heading}`, LIMITS.headerText) },
  };
  const foot = [
    ...buttonBlocks(card.buttons, card.overflow),
    ...(card.note === null || card.note.trim() === "" ? [] : [small(marked([card.note], LIMITS.contextText))]),
  ];
  const body = bodyBlocks(card.elements, "message", context, {
    blocks: LIMITS.blocksInMessage - 1 - foot.length,
    characters: LIMITS.textInMessage - textLength([heading, ...foot]),
  });
  return [heading, ...body, ...foot];
}

/** For clients and notifications that show no blocks. mrkdwn. */
export function toText(card: Card): string {
  return escapedWithin(card.fallback.trim() === "" ? card.heading : card.fallback, LIMITS.messageText) || "—";
}

/** What a dialog of ours remembers while it is open: ids only. */
export interface DialogMemory {
  readonly previewId: string;
}

export function toView(dialog: Dialog, context: RenderContext): View {
  // Slack refuses inputs in a dialog that cannot be sent.
  const fields = dialog.submit === null ? [] : dialog.fields.flatMap(fieldBlocks);
  const body = bodyBlocks(dialog.elements, "view", context, {
    blocks: LIMITS.blocksInView - fields.length,
    characters: Number.POSITIVE_INFINITY,
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
          private_metadata: JSON.stringify({ previewId: dialog.submit.previewId } satisfies DialogMemory),
        }),
    blocks: [...body, ...fields],
  };
}

/** A dialog that says one thing and can only be closed. */
export function toTellingView(title: string, sentence: string): View {
  const dialog: Dialog = { title, elements: [{ kind: "text", text: [sentence] }], fields: [], submit: null };
  return toView(dialog, { slackIdOf: () => null, linkOf: () => null });
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
