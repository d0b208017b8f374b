import { unreachable } from "../../lib/decision.ts";
import type { DialogField } from "../../notice/card.ts";
import { plain, plainLine } from "../plain-text.ts";
import { type CardElement, textBlock } from "./elements.ts";
import { LIMITS, TASTE } from "./limits.ts";
import { escapedLine } from "./text.ts";
import type { JsonObject } from "./transport.ts";

/** Field id -> what was typed or chosen. */
export type FieldValues = Readonly<Record<string, readonly string[]>>;

type Option = Extract<DialogField, { readonly kind: "choose-many" }>["options"][number];

/** An input's id says how its value is to be read: what was chosen comes as one text, like what was typed. */
const ID = { one: "one.", many: "many." } as const;
const BETWEEN_CHOICES = ",";

/** Inputs of a dialog. `entered`: what was sent before and is to be seen again. */
export function fieldElements(
  field: DialogField,
  problem: string | undefined,
  entered: readonly string[] | undefined,
): readonly CardElement[] {
  const warning = problem === undefined ? [] : [problemText(problem)];
  return [...warning, ...inputs(field, entered)];
}

/** Not by colour alone. */
export function problemText(problem: string): CardElement {
  return textBlock(`⚠️ ${escapedLine(problem, TASTE.text)}`, { color: "Attention", weight: "Bolder" });
}

function inputs(field: DialogField, entered: readonly string[] | undefined): readonly CardElement[] {
  switch (field.kind) {
    case "text":
      return [
        writing(field.id, field.label, entered, {
          isMultiline: true,
          maxLength: Math.max(1, Math.min(field.maxCharacters, LIMITS.inputLength)),
          isRequired: !field.isOptional,
          ...(field.hint === null ? {} : { placeholder: plainLine(field.hint, TASTE.text) }),
        }),
      ];
    case "typed-confirmation":
      return [
        writing(field.id, field.label, entered, {
          isRequired: true,
          placeholder: plainLine(`Type exactly: ${field.expected}`, TASTE.text),
        }),
        textBlock(`Type exactly: ${escapedLine(field.expected, TASTE.text)}`, { size: "Small", spacing: "None" }),
      ];
    case "choose-one":
      return choices(`${ID.one}${field.id}`, field.label, field.options, entered ?? listOf(field.initial), {
        isRequired: true,
      });
    case "choose-many":
      return choices(`${ID.many}${field.id}`, field.label, field.options, entered ?? field.initial, {
        isRequired: !field.isOptional,
        isMultiSelect: true,
      });
    default:
      return unreachable(field);
  }
}

function listOf(value: string | null): readonly string[] {
  return value === null ? [] : [value];
}

function writing(id: string, label: string, entered: readonly string[] | undefined, also: JsonObject): CardElement {
  const value = entered?.[0];
  return {
    type: "Input.Text",
    id: `${ID.one}${id}`,
    label: escapedLine(label, TASTE.text),
    errorMessage: "This is needed.",
    ...also,
    ...(value === undefined ? {} : { value: plain(value, LIMITS.inputLength) }),
  };
}

function choices(
  id: string,
  label: string,
  options: readonly Option[],
  chosen: readonly string[],
  also: JsonObject,
): readonly CardElement[] {
  if (options.length === 0) return [textBlock(`${escapedLine(label, TASTE.label)}: nothing to choose`)];
  const known = chosen.filter((value) => options.some((option) => option.value === value));
  const titleLength = Math.min(TASTE.line, Math.max(12, Math.floor(TASTE.choiceTitles / options.length)));
  const choiceSet = {
    type: "Input.ChoiceSet",
    id,
    label: escapedLine(label, TASTE.text),
    style: options.length <= TASTE.choicesShown ? "expanded" : "compact",
    wrap: true,
    errorMessage: "Choose one at least.",
    choices: options.map((option) => ({ title: choiceTitle(option, titleLength), value: option.value })),
    ...also,
    ...(known.length === 0 ? {} : { value: known.join(BETWEEN_CHOICES) }),
  };
  return [choiceSet];
}

function choiceTitle({ label, description }: Option, maxCharacters: number): string {
  return escapedLine(description === undefined ? label : `${label} – ${description}`, maxCharacters);
}

/** What Teams merges into the data of the button: our own keys and the inputs by their ids. */
export function fieldValues(data: JsonObject): FieldValues {
  const entries = Object.entries(data).flatMap(([id, value]): [string, readonly string[]][] => {
    if (typeof value !== "string") return [];
    if (id.startsWith(ID.one)) return [[id.slice(ID.one.length), value === "" ? [] : [value]]];
    if (id.startsWith(ID.many)) {
      return [[id.slice(ID.many.length), value.split(BETWEEN_CHOICES).filter((each) => each !== "")]];
    }
    return [];
  });
  return Object.fromEntries(entries);
}
