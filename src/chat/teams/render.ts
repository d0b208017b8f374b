import type { Card, Dialog } from "../../notice/card.ts";
import { plain, plainLine } from "../plain-text.ts";
import { encodeForm } from "../press.ts";
import { actionRows, actionSet, VERBS } from "./buttons.ts";
import {
  type CardElement,
  cardElements,
  mentionEntities,
  type RenderContext,
  type Surface,
  small,
  textBlock,
} from "./elements.ts";
import { type FieldValues, fieldElements, problemText } from "./fields.ts";
import { LIMITS, TASTE } from "./limits.ts";
import { escapedLine, marked } from "./text.ts";
import type { JsonObject } from "./transport.ts";

export type { RenderContext } from "./elements.ts";

export const CARD_TYPE = "application/vnd.microsoft.card.adaptive";

/** Marks of different shape, so that nothing depends on colour; a screen reader names them. */
const TONES = {
  alarm: { mark: "🚨 ", color: "Attention" },
  attention: { mark: "⚠️ ", color: "Warning" },
  calm: { mark: "", color: "Default" },
} as const;

const FRAME = {
  type: "AdaptiveCard",
  $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
  version: "1.5",
  lang: "en",
} as const;

/** An Adaptive Card within Teams's limits; what does not fit is named at its place. `viewers`: who is asked to refresh it for themselves. */
export function toCard(card: Card, context: RenderContext, viewers: readonly string[] = []): JsonObject {
  const surface: Surface = { kind: "message", subject: card.subject };
  const tone = TONES[card.tone];
  const heading = textBlock(`${tone.mark}${escapedLine(card.heading, TASTE.heading)}`, {
    size: "Large",
    weight: "Bolder",
    style: "heading",
    color: tone.color,
    // Says what the card is about to whoever reads it by machine.
    id: card.subject,
  });
  const rows = actionRows(card.buttons, card.overflow, surface);
  const note = card.note === null || card.note.trim() === "" ? [] : [small(marked([card.note], TASTE.note))];
  const rendered = card.elements.map((element) => cardElements(element, surface, context));
  const frame = (kept: number): JsonObject => ({
    ...FRAME,
    fallbackText: toText(card),
    ...(viewers.length === 0 ? {} : { refresh: refreshFor(card.subject, viewers) }),
    msteams: { width: "Full", entities: mentionEntities(card.elements.slice(0, kept), context) },
    body: [
      heading,
      ...rendered.slice(0, kept).flat(),
      ...leftOut(rendered.length - kept),
      ...rows.slice(0, -1).map(actionSet),
      ...note,
    ],
    ...(rows.length === 0 ? {} : { actions: rows.at(-1) }),
  });
  return fitting(rendered.length, LIMITS.cardBytes, frame);
}

/** One line for notifications, which show no card. */
export function toText(card: Card): string {
  return plainLine(card.fallback.trim() === "" ? card.heading : card.fallback, TASTE.heading);
}

/** A message that is a card and nothing else: with a text beside it, Teams would tell no id to edit it by. */
export function toActivity(card: JsonObject, summary: string): JsonObject {
  return { type: "message", summary, attachments: [{ contentType: CARD_TYPE, content: card }] };
}

/** Shown above the fields of a dialog that was sent and is not in order. */
export interface Correction {
  readonly problems: Readonly<Record<string, string>>;
  readonly entered: FieldValues;
}

const NOTHING_WRONG: Correction = { problems: {}, entered: {} };

/** `memory` comes back with what is entered. */
export function toDialogCard(
  dialog: Dialog,
  context: RenderContext,
  memory: JsonObject,
  correction: Correction = NOTHING_WRONG,
): JsonObject {
  const { submit } = dialog;
  const fields = submit === null ? [] : dialog.fields;
  const known = new Set(fields.map((field) => field.id));
  const others = Object.entries(correction.problems).filter(([id]) => !known.has(id));
  const problems = new Map(Object.entries(correction.problems));
  const entered = new Map(Object.entries(correction.entered));
  const inputs = fields.flatMap((field) => fieldElements(field, problems.get(field.id), entered.get(field.id)));
  const rendered = dialog.elements.map((element) => cardElements(element, { kind: "dialog" }, context));
  const frame = (kept: number): JsonObject => ({
    ...FRAME,
    fallbackText: plain(dialog.title, TASTE.heading),
    body: [
      ...others.map(([, problem]) => problemText(problem)),
      ...rendered.slice(0, kept).flat(),
      ...leftOut(rendered.length - kept),
      ...inputs,
    ],
    ...(submit === null
      ? {}
      : {
          actions: [
            {
              type: "Action.Submit",
              title: plainLine(submit.label, LIMITS.actionTitle),
              style: "positive",
              data: { ...memory, form: encodeForm(submit.form) },
            },
          ],
        }),
  });
  return fitting(rendered.length, LIMITS.dialogBytes, frame);
}

/** With as many elements, from the first, as the size allows. */
function fitting(count: number, maxBytes: number, frame: (kept: number) => JsonObject): JsonObject {
  for (let kept = count; kept > 0; kept -= 1) {
    const card = frame(kept);
    if (Buffer.byteLength(JSON.stringify(card, withoutPictures)) <= maxBytes) return card;
  }
  return frame(0);
}

/** Teams counts no picture that comes with a card. https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages */
function withoutPictures(name: string, value: unknown): unknown {
  return name === "url" && typeof value === "string" && value.startsWith("data:image/") ? "" : value;
}

function leftOut(count: number): readonly CardElement[] {
  return count === 0 ? [] : [small(`… ${count} more ${count === 1 ? "part does" : "parts do"} not fit here`)];
}

/** Teams asks for the latest card when one of these looks at it. */
function refreshFor(subject: string, viewers: readonly string[]): JsonObject {
  const action = { type: "Action.Execute", title: "Refresh", verb: VERBS.refresh, data: { subject } };
  return { action, userIds: viewers.slice(0, LIMITS.refreshUsers) };
}
