import { elementsOf } from "./block-kit.ts";
import { optionsOf } from "./block-kit-elements.ts";
import { type Json, textAt } from "./json.ts";

/** A button or menu that a person found in what they saw. */
export interface FoundAction {
  readonly blockId: string;
  readonly element: Json;
  /** The chosen option, for a menu. */
  readonly option: Json | undefined;
}

const PRESSED = new Set(["button", "workflow_button"]);

/**
 * Finds what the person uses. For a menu `value` names the option; for a button it tells several with the same action id
 * apart. Throws, with what is there instead, when it is not there: nobody can press a button that they do not see.
 */
export function findAction(blocks: readonly Json[], actionId: string, value?: string): FoundAction {
  const all = blocks.flatMap((block) =>
    block["type"] === "input" && block["dispatch_action"] !== true
      ? []
      : elementsOf(block).map((element) => ({ blockId: textAt(block, "block_id") ?? "", element })),
  );
  const named = all.filter(({ element }) => element["action_id"] === actionId);
  for (const { blockId, element } of named) {
    if (PRESSED.has(textAt(element, "type") ?? "")) {
      if (value === undefined || element["value"] === value) return { blockId, element, option: undefined };
      continue;
    }
    const option = optionsOf(element).find((each) => each["value"] === value);
    if (option !== undefined || optionsOf(element).length === 0) return { blockId, element, option };
  }
  const words = value === undefined ? `"${actionId}"` : `"${actionId}" with the value "${value}"`;
  throw new Error(`there is no button or menu ${words} there; there is: ${describe(all.map((each) => each.element))}`);
}

function describe(elements: readonly Json[]): string {
  const shown = elements.map((element) => {
    const options = optionsOf(element).map((option) => textAt(option, "value"));
    return `${textAt(element, "action_id")}${options.length > 0 ? ` (${options.join(" | ")})` : ""}`;
  });
  return shown.length === 0 ? "nothing to press" : shown.join(", ");
}
