import type { Element } from "../notice/card.ts";
import type { Command, CommandAnswer } from "./contract.ts";

/** The forms of one command. `problem` says first what was not understood. */
export function commandHelp(
  command: Pick<Command, "name" | "summary" | "forms">,
  problem: string | null = null,
): CommandAnswer {
  const forms: Element = {
    kind: "list",
    title: problem === null ? command.summary : "This is understood",
    items: command.forms.map(({ form, meaning }) => `${form}: ${meaning}`),
  };
  const first: readonly Element[] = problem === null ? [] : [{ kind: "text", text: [problem] }];
  return {
    heading: problem === null ? `How to ask for ${command.name}` : "That was not understood",
    elements: [...first, forms],
    note: null,
  };
}
