import type { SubmitAnswer } from "../chat/platform.ts";
import { masked } from "../lib/masked.ts";

/** Field id -> what was chosen or written. It comes from outside: everything is checked. */
export type Values = Readonly<Record<string, readonly string[]>>;

/**
 * What was written, in one line of single spaces; empty when nothing was. What must not travel is masked here, before it is part
 * of a record that everybody reads and nobody can change.
 */
export function textOf(values: Values, field: string): string {
  return safeLine(values[field]?.[0] ?? "");
}

/** The same of what was typed behind a command. */
export function safeLine(text: string): string {
  return masked(text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim());
}

/** What was chosen, if it is one of these. */
export function choiceOf<Choice extends string>(
  values: Values,
  field: string,
  choices: readonly Choice[],
): Choice | undefined {
  return choices.find((choice) => choice === values[field]?.[0]);
}

/** The dialog stays open and says at this field what is wrong. */
export function wrong(field: string, problem: string): Extract<SubmitAnswer, { readonly kind: "errors" }> {
  return { kind: "errors", problems: { [field]: problem } };
}

export function tooLong(maxCharacters: number): string {
  return `At most ${maxCharacters} characters.`;
}
