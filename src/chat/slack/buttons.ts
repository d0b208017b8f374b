import type { types } from "@slack/bolt";
import type { Button } from "../../notice/card.ts";
import { chunks } from "../lines.ts";
import { plain, plainLine } from "../plain-text.ts";
import { actionIdOf, encodePress } from "../press.ts";
import type { Block } from "./blocks.ts";
import { LIMITS, TASTE } from "./limits.ts";

/** Action ids of overflow menus begin so; what was chosen is in the option's value. */
const MENU_ACTION_ID = "more";

/** Rows of buttons; the last one ends with the menu. None is dropped. */
export function buttonBlocks(buttons: readonly Button[], overflow: readonly Button[]): readonly Block[] {
  // A menu asks one question for all its options, so what has a question of its own stays a button.
  const inMenu = overflow.filter(fitsMenu);
  const shown = [...buttons, ...overflow.filter((button) => !fitsMenu(button))];
  const rows = chunks(shown, TASTE.buttonsInRow).map((row) => row.map(buttonElement));
  const menus = chunks(inMenu, LIMITS.overflowOptions).map(menuElement);
  const last = [...(rows.at(-1) ?? []), ...menus];
  const elements = [...rows.slice(0, -1), ...(last.length === 0 ? [] : [last])];
  return elements.map((row): Block => ({ type: "actions", elements: withUniqueIds(row) }));
}

function fitsMenu(button: Button): boolean {
  return button.confirm === null && encodePress(button.press).length <= LIMITS.optionValue;
}

export function buttonElement(button: Button): types.Button {
  return {
    type: "button",
    action_id: actionIdOf(button.press),
    text: { type: "plain_text", text: plainLine(button.label, LIMITS.buttonText) },
    value: encodePress(button.press),
    ...(button.style === "plain" ? {} : { style: button.style }),
    ...(button.confirm === null ? {} : { confirm: confirmation(button, button.confirm) }),
  };
}

function confirmation(button: Button, question: string): types.ConfirmationDialog {
  return {
    title: { type: "plain_text", text: "Are you sure?" },
    text: { type: "plain_text", text: plain(question, LIMITS.confirmText) },
    confirm: { type: "plain_text", text: plainLine(button.label, LIMITS.confirmButton) },
    deny: { type: "plain_text", text: "Cancel" },
    ...(button.style === "plain" ? {} : { style: button.style }),
  };
}

function menuElement(options: readonly Button[]): types.Overflow {
  return {
    type: "overflow",
    action_id: MENU_ACTION_ID,
    options: options.map((button) => ({
      text: { type: "plain_text", text: plainLine(button.label, LIMITS.optionText) },
      value: encodePress(button.press),
    })),
  };
}

/** The same press twice in a row is unusual and harmless, and no reason for Slack to refuse the card. */
function withUniqueIds<Item extends types.Button | types.Overflow>(elements: readonly Item[]): Item[] {
  const seen = new Map<string | undefined, number>();
  return elements.map((element) => {
    const count = (seen.get(element.action_id) ?? 0) + 1;
    seen.set(element.action_id, count);
    return count === 1 ? element : { ...element, action_id: `${element.action_id}~${count}` };
  });
}
