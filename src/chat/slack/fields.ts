import type { types } from "@slack/bolt";
import { z } from "zod";
import { unreachable } from "../../lib/decision.ts";
import type { DialogField } from "../../notice/card.ts";
import { chunks } from "../lines.ts";
import { plain, plainLine } from "../plain-text.ts";
import type { Block } from "./blocks.ts";
import { LIMITS } from "./limits.ts";

type ChooseMany = Extract<DialogField, { readonly kind: "choose-many" }>;
type ChooseOne = Extract<DialogField, { readonly kind: "choose-one" }>;

const VALUE = "value";
/** More options than a menu holds go on in a second one, whose block id ends so and with its number. */
const CONTINUED = "~";

/** Inputs of a dialog. Block ids are field ids, so that Slack shows a problem beside the field that has it. */
export function fieldBlocks(field: DialogField): readonly Block[] {
  switch (field.kind) {
    case "text":
      return [
        writing(field, field.hint, field.isOptional, {
          multiline: true,
          max_length: Math.max(1, Math.min(field.maxCharacters, LIMITS.inputLength)),
        }),
      ];
    case "typed-confirmation":
      return [writing(field, `Type exactly: ${field.expected}`, false, {})];
    case "choose-one":
      return [choice(field)];
    case "choose-many":
      return choices(field);
    default:
      return unreachable(field);
  }
}

function writing(
  { id, label }: { readonly id: string; readonly label: string },
  hint: string | null,
  isOptional: boolean,
  also: { readonly multiline?: boolean; readonly max_length?: number },
): Block {
  return {
    type: "input",
    block_id: id,
    label: labelText(label),
    optional: isOptional,
    element: { type: "plain_text_input", action_id: VALUE, ...also },
    ...(hint === null ? {} : { hint: { type: "plain_text", text: plain(hint, LIMITS.inputHint) } }),
  };
}

function labelText(text: string): types.PlainTextElement {
  return { type: "plain_text", text: plainLine(text, LIMITS.inputLabel) };
}

function nothingToChoose(label: string): Block {
  return { type: "section", text: { type: "plain_text", text: `${plainLine(label, 500)}: nothing to choose` } };
}

/** Few options are read at a glance; many need a menu, in groups when they are more than one menu holds. */
function choice(field: ChooseOne): Block {
  if (field.options.length === 0) return nothingToChoose(field.label);
  const options = field.options.map(option);
  const initial = options.find(({ value }) => value === field.initial);
  const chosen = initial === undefined ? {} : { initial_option: initial };
  return {
    type: "input",
    block_id: field.id,
    label: labelText(field.label),
    element:
      options.length <= LIMITS.choiceOptions
        ? { type: "radio_buttons", action_id: VALUE, options, ...chosen }
        : { type: "static_select", action_id: VALUE, ...inGroups(options), ...chosen },
  };
}

function inGroups(options: types.PlainTextOption[]) {
  if (options.length <= LIMITS.selectOptions) return { options };
  const groups = chunks(options, LIMITS.selectOptions).map((group, index) => {
    const first = index * LIMITS.selectOptions + 1;
    return {
      label: { type: "plain_text" as const, text: `${first} to ${first + group.length - 1}` },
      options: [...group],
    };
  });
  return { option_groups: groups };
}

function choices(field: ChooseMany): readonly Block[] {
  if (field.options.length === 0) return [nothingToChoose(field.label)];
  const parts = chunks(field.options, LIMITS.selectOptions);
  return parts.map((part, index): Block => {
    const options = part.map(option);
    const initial = part.filter((each) => field.initial.includes(each.value)).map(option);
    const chosen = initial.length === 0 ? {} : { initial_options: initial };
    const isShort = field.options.length <= LIMITS.choiceOptions;
    const count = parts.length === 1 ? "" : ` (${index + 1} of ${parts.length})`;
    return {
      type: "input",
      block_id: index === 0 ? field.id : `${field.id}${CONTINUED}${index + 1}`,
      label: labelText(`${plainLine(field.label, 500)}${count}`),
      // One of several menus may stay empty: whether enough was chosen is decided on the server.
      optional: field.isOptional || parts.length > 1,
      element: isShort
        ? { type: "checkboxes", action_id: VALUE, options, ...chosen }
        : { type: "multi_static_select", action_id: VALUE, options, ...chosen },
    };
  });
}

function option(from: (ChooseMany | ChooseOne)["options"][number]): types.PlainTextOption {
  return {
    text: { type: "plain_text", text: plainLine(from.label, LIMITS.optionText) },
    value: from.value,
    ...(from.description === undefined
      ? {}
      : { description: { type: "plain_text", text: plainLine(from.description, LIMITS.optionDescription) } }),
  };
}

const Answer = z
  .looseObject({
    value: z.string().nullish(),
    selected_option: z.looseObject({ value: z.string() }).nullish(),
    selected_options: z.array(z.looseObject({ value: z.string() })).nullish(),
  })
  .transform(({ value, selected_option: one, selected_options: chosen }): readonly string[] => [
    ...(value === null || value === undefined ? [] : [value]),
    ...(one === null || one === undefined ? [] : [one.value]),
    ...(chosen ?? []).map((option) => option.value),
  ]);

/** `view.state.values` -> field id -> what was typed or chosen, over all menus of a field. */
export const FieldValues = z.record(z.string(), z.record(z.string(), Answer)).transform((blocks) => {
  const values = new Map<string, readonly string[]>();
  for (const [blockId, answers] of Object.entries(blocks)) {
    const id = blockId.replace(/~\d+$/, "");
    values.set(id, [...(values.get(id) ?? []), ...Object.values(answers).flat()]);
  }
  return Object.fromEntries(values);
});
