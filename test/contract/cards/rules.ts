/** What must be true of everything that a platform shows: each answers what is wrong, and nothing when all is well. */
import type { Card, Dialog, Press } from "../../../src/notice/card.ts";
import { keptElements } from "./kept.ts";
import { emphasised, essence, linkedSubjects, mentioned } from "./model.ts";
import { addressOf, chatIdOf } from "./people.ts";
import type { ContractPlatform, Shown, ShownDialog } from "./platform.ts";

/** What outside text has made of a text that says more than itself. */
export function unwanted(
  platform: ContractPlatform,
  card: Card,
  shown: Pick<Shown, "readings">,
  isDialog = false,
): readonly unknown[] {
  const kept = keptElements(card, shown.readings);
  const { mentions, links, bold, other, items } = markup(shown);
  const people = mentioned(kept).flatMap((person) => chatIdOf(platform.name, person) ?? []);
  const addresses = linkedSubjects(kept).flatMap((subject) => addressOf(subject) ?? []);
  const emphasis = emphasised(kept).map(essence);
  const isCut = shown.readings.some(({ words }) => words.includes("…"));
  const isAsked = (words: string) =>
    emphasis.some((asked) => asked === essence(words) || (isCut && asked.startsWith(essence(words))));
  const lines = kept.reduce((sum, element) => sum + (element.kind === "list" ? element.items.length : 0), 0);
  return [
    // Nobody is told of what only one person sees: there a platform may name people in plain words.
    ...(String(mentions.toSorted()) === String(people.toSorted()) || (isDialog && mentions.length === 0)
      ? []
      : [{ mentions, people }]),
    ...(String(links) === String(addresses) ? [] : [{ links, addresses }]),
    ...bold.filter((words) => !isAsked(words)).map((words) => ({ bold: words })),
    ...other.map((mark) => ({ markup: mark })),
    ...(items > lines ? [{ items, lines }] : []),
  ];
}

function markup({ readings }: Pick<Shown, "readings">) {
  const each = <Item>(of: (reading: Shown["readings"][number]) => readonly Item[]) => readings.flatMap(of);
  return {
    mentions: each((reading) => reading.mentions),
    links: each((reading) => reading.links),
    bold: each((reading) => reading.bold),
    other: each((reading) => reading.other),
    items: readings.reduce((sum, reading) => sum + reading.items, 0),
  };
}

/** Presses in an order of their own, to be compared. */
export function sorted(presses: readonly (Press | undefined)[]): readonly string[] {
  return presses.map((press) => JSON.stringify(press)).toSorted();
}

/** A dialog asks for exactly what it is to ask for, each with its label, and says what it is about. */
export function fieldProblems(dialog: Dialog, shown: ShownDialog): readonly unknown[] {
  if (dialog.submit === null) {
    return shown.fields.length === 0 && shown.form === undefined ? [] : ["asks, and cannot be sent"];
  }
  const should = dialog.fields
    .filter((field) => !("options" in field) || field.options.length > 0)
    .map((field) => ({
      id: field.id,
      values: "options" in field ? field.options.map(({ value }) => value) : null,
    }));
  const is = shown.fields.map(({ id, values }) => ({ id, values }));
  const form = { is: shown.form, should: dialog.submit.form };
  return [
    ...(JSON.stringify(is) === JSON.stringify(should) ? [] : [{ is, should }]),
    ...shown.fields.filter(({ label }) => label.trim() === "").map(({ id }) => `${id} has no label`),
    ...(JSON.stringify(form.is) === JSON.stringify(form.should) ? [] : [form]),
  ];
}
