import { elementsOf } from "./block-kit.ts";
import { optionsOf } from "./block-kit-elements.ts";
import { type Json, objectsIn, textAt } from "./json.ts";
import type { SlackView, ViewValues } from "./model.ts";

type Raw = ViewValues[string];

/** How each kind of element tells its value: the field's name in the state, and the field that holds the first value. */
const FIELDS: Readonly<Record<string, { readonly field: string; readonly initial: string; readonly isMany?: true }>> = {
  plain_text_input: { field: "value", initial: "initial_value" },
  email_text_input: { field: "value", initial: "initial_value" },
  url_text_input: { field: "value", initial: "initial_value" },
  number_input: { field: "value", initial: "initial_value" },
  datepicker: { field: "selected_date", initial: "initial_date" },
  timepicker: { field: "selected_time", initial: "initial_time" },
  static_select: { field: "selected_option", initial: "initial_option" },
  radio_buttons: { field: "selected_option", initial: "initial_option" },
  multi_static_select: { field: "selected_options", initial: "initial_options", isMany: true },
  checkboxes: { field: "selected_options", initial: "initial_options", isMany: true },
  users_select: { field: "selected_user", initial: "initial_user" },
  multi_users_select: { field: "selected_users", initial: "initial_users", isMany: true },
  channels_select: { field: "selected_channel", initial: "initial_channel" },
  conversations_select: { field: "selected_conversation", initial: "initial_conversation" },
};

function takesOptions(element: Json): boolean {
  return element["options"] !== undefined || element["option_groups"] !== undefined;
}

function listOfTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** What the element holds before anybody touched it. */
function initialValue(element: Json): Raw {
  const kind = FIELDS[textAt(element, "type") ?? ""];
  if (kind === undefined) return null;
  const first = element[kind.initial];
  if (kind.isMany) {
    const chosen = objectsIn(first).map((option) => textAt(option, "value") ?? "");
    return takesOptions(element) ? chosen : listOfTexts(first);
  }
  return (takesOptions(element) ? textAt(first, "value") : typeof first === "string" ? first : undefined) ?? null;
}

function chosenOption(element: Json, value: string): Json {
  const options = optionsOf(element);
  const option = options.find((each) => each["value"] === value);
  if (option !== undefined) return option;
  const known = options.map((each) => textAt(each, "value")).join(", ");
  throw new Error(`no option "${value}" in ${textAt(element, "action_id")}; it has: ${known}`);
}

/** The element's part of `state.values`: undefined for an element without a value, such as a button. */
export function elementState(element: Json, raw: Raw): Json | undefined {
  const type = textAt(element, "type") ?? "";
  const kind = FIELDS[type];
  if (kind === undefined) return undefined;
  const many = raw === null ? [] : typeof raw === "string" ? [raw] : raw;
  if (kind.isMany) {
    return { type, [kind.field]: takesOptions(element) ? many.map((value) => chosenOption(element, value)) : many };
  }
  const single = typeof raw === "string" ? raw : (many[0] ?? null);
  if (single === null || single === "") return { type, [kind.field]: null };
  return { type, [kind.field]: takesOptions(element) ? chosenOption(element, single) : single };
}

interface Field {
  readonly blockId: string;
  readonly actionId: string;
  readonly block: Json;
  readonly element: Json;
}

/** The elements of a view that hold a value. */
export function fieldsOf(view: SlackView): readonly Field[] {
  return objectsIn(view.definition["blocks"]).flatMap((block) =>
    elementsOf(block)
      .filter((element) => FIELDS[textAt(element, "type") ?? ""] !== undefined)
      .map((element) => ({
        block,
        element,
        blockId: textAt(block, "block_id") ?? "",
        actionId: textAt(element, "action_id") ?? "",
      })),
  );
}

/** What the field holds now: what the person entered, as long as it still fits, else what the app proposed. */
export function fieldValue(view: SlackView, field: Field): Raw {
  const entered = view.values[`${field.blockId}.${field.actionId}`];
  if (entered === undefined || !stillFits(field.element, entered)) return initialValue(field.element);
  return entered;
}

function stillFits(element: Json, entered: Raw): boolean {
  if (!takesOptions(element)) return true;
  const values = new Set(optionsOf(element).map((option) => textAt(option, "value")));
  return (entered === null ? [] : [entered].flat()).every((value) => values.has(value));
}

/** `state.values` as Slack sends it: by block id, then by action id. */
export function viewState(view: SlackView): Json {
  const state: Record<string, Record<string, unknown>> = {};
  for (const field of fieldsOf(view)) {
    const inBlock = state[field.blockId] ?? {};
    inBlock[field.actionId] = elementState(field.element, fieldValue(view, field));
    state[field.blockId] = inBlock;
  }
  return state;
}

/**
 * What a person entered, with full names. A caller may name a field `<block id>.<action id>`, or by one of the two.
 * Throws when a name fits no field, so that a script that lost touch with the dialog fails where it did.
 */
export function enteredValues(view: SlackView, given: ViewValues): ViewValues {
  const fields = fieldsOf(view);
  const named = Object.entries(given).map(([name, raw]) => {
    const field =
      fields.find((each) => `${each.blockId}.${each.actionId}` === name) ??
      fields.find((each) => each.blockId === name) ??
      fields.find((each) => each.actionId === name);
    if (field === undefined) {
      const known = fields.map((each) => `${each.blockId}.${each.actionId}`).join(", ");
      throw new Error(`the view has no field "${name}"; it has: ${known === "" ? "none" : known}`);
    }
    elementState(field.element, raw);
    return [`${field.blockId}.${field.actionId}`, raw] as const;
  });
  return { ...view.values, ...Object.fromEntries(named) };
}

/** What Slack's own client says before it sends anything, by block id. */
export function missingOrMisfit(view: SlackView): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const field of fieldsOf(view)) {
    if (field.block["type"] !== "input") continue;
    const raw = fieldValue(view, field);
    const isEmpty = raw === null || raw.length === 0;
    if (isEmpty && field.block["optional"] !== true) errors[field.blockId] = "Please complete this required field.";
    const words = isEmpty || typeof raw !== "string" ? undefined : misfit(field.element, raw);
    if (words !== undefined) errors[field.blockId] = words;
  }
  return errors;
}

function misfit(element: Json, value: string): string | undefined {
  const { min_length: min, max_length: max } = element;
  if (typeof min === "number" && value.length < min) return `Must be at least ${min} characters.`;
  if (typeof max === "number" && value.length > max) return `Must be at most ${max} characters.`;
  return undefined;
}

/** True when the block id belongs to an input, the only place where the app may show an error. */
export function isInput(view: SlackView, blockId: string): boolean {
  return objectsIn(view.definition["blocks"]).some(
    (block) => block["block_id"] === blockId && block["type"] === "input",
  );
}
