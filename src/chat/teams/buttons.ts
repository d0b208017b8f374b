import { type Button, opensDialog } from "../../notice/card.ts";
import { chunks } from "../lines.ts";
import { plainLine } from "../plain-text.ts";
import { encodePress } from "../press.ts";
import type { CardElement, Surface } from "./elements.ts";
import { LIMITS, TASTE } from "./limits.ts";
import { escapedWithin } from "./text.ts";
import type { JsonObject } from "./transport.ts";

export type CardAction = JsonObject & { readonly type: string; readonly title: string };

/** What an Action.Execute of ours says that it wants. */
export const VERBS = { press: "press", refresh: "refresh" } as const;

const STYLES = { primary: { style: "positive" }, danger: { style: "destructive" }, plain: {} } as const;

/** Rows of buttons, of which Teams shows six each; what belongs in the overflow is behind one more. None is dropped. */
export function actionRows(
  buttons: readonly Button[],
  overflow: readonly Button[],
  surface: Surface,
): readonly (readonly CardAction[])[] {
  const shown = buttons.map((button) => pressAction(button, surface));
  const hidden = overflow.map((button) => pressAction(button, surface));
  const more = hidden.length === 0 ? [] : [showCard("More", chunks(hidden, LIMITS.actionsInSet).map(actionSet))];
  return chunks([...shown, ...more], LIMITS.actionsInSet);
}

export function actionSet(actions: readonly CardAction[]): CardElement {
  return { type: "ActionSet", actions };
}

/** A button with a question shows the question first: Teams has none of its own. */
export function pressAction(button: Button, surface: Surface): CardAction {
  const title = plainLine(button.label, LIMITS.actionTitle);
  if (button.confirm === null) return bareAction(title, button, surface);
  const question: CardElement = {
    type: "TextBlock",
    wrap: true,
    text: escapedWithin(button.confirm, TASTE.question) || "—",
  };
  const answer = bareAction(plainLine(`Yes: ${button.label}`, LIMITS.actionTitle), button, surface);
  return { ...showCard(title, [question, actionSet([answer])]), ...STYLES[button.style] };
}

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards */
function bareAction(title: string, { press, style }: Button, surface: Surface): CardAction {
  const data = { press: encodePress(press), subject: surface.kind === "message" ? surface.subject : "" };
  const submit = { type: "Action.Submit", title, ...STYLES[style], data };
  if (surface.kind === "dialog") return submit;
  // Asks Teams for a dialog, which an Execute cannot.
  if (opensDialog(press)) return { ...submit, data: { ...data, msteams: { type: "task/fetch" } } };
  return { ...submit, type: "Action.Execute", verb: VERBS.press, fallback: submit };
}

function showCard(title: string, body: readonly CardElement[]): CardAction {
  return { type: "Action.ShowCard", title, card: { type: "AdaptiveCard", body } };
}
