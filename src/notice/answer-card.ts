import type { Button, Card, Element } from "./card.ts";

/** What a command answers; `CommandAnswer` of `command/contract.ts` has this shape. */
interface Answer {
  readonly heading: string;
  readonly elements: readonly Element[];
  readonly buttons?: readonly Button[];
  readonly overflow?: readonly Button[];
  readonly tone?: Card["tone"];
  readonly note: string | null;
}

/** For the asker alone, unless it was asked with `share`. Nobody edits it, so its subject need not tell one answer from another. */
export function answerCard(command: string, answer: Answer): Card {
  return {
    subject: `answer-${command}`,
    heading: answer.heading,
    elements: answer.elements,
    buttons: answer.buttons ?? [],
    overflow: answer.overflow ?? [],
    note: answer.note,
    fallback: answer.heading,
    tone: answer.tone ?? "calm",
  };
}

/** One sentence for the asker alone, e.g. why the command was refused. */
export function sentenceCard(command: string, heading: string, text: string): Card {
  return answerCard(command, { heading, elements: [{ kind: "text", text: [text] }], note: null });
}
