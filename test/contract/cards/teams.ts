/** Teams for the contract: Adaptive Cards and their Markdown as its clients read them. https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features */
import { decodeForm, decodePress } from "../../../src/chat/press.ts";
import { fieldValues } from "../../../src/chat/teams/fields.ts";
import { type RenderContext, toActivity, toCard, toDialogCard, toText } from "../../../src/chat/teams/render.ts";
import type { Card, Dialog, Press } from "../../../src/notice/card.ts";
import { isJson, type Json, objectsIn, textAt } from "../../../src/sandbox/slack/json.ts";
import { cardProblems, objects } from "../../../src/sandbox/teams/card-checks.ts";
import { addressOf, chatIdOf, DRAWN, rosterName } from "./people.ts";
import type { ContractPlatform, Reading, Shown, ShownDialog, ShownField } from "./platform.ts";

/** From the reference, not from the renderer: cards stay below 25 KB; a message with its frame below what older services take. */
const CARD_BYTES = 25_000;
const MESSAGE_BYTES = 28 * 1024;
/** What a dialog's card may have: it is no message, but is answered as one body of at most 100 KB in UTF-16. */
const DIALOG_UTF16_BYTES = 100_000;

const context: RenderContext = {
  teamsIdOf: (person) => chatIdOf("teams", person),
  nameOf: rosterName,
  linkOf: addressOf,
  pictureOf: (digest) => (digest === DRAWN ? `data:image/png;base64,${"A".repeat(60_000)}` : null),
};
/** As long as Teams' own ids are, and as many as are asked to refresh a card. */
const VIEWERS = Array.from({ length: 60 }, (_, index) => `29:1${String(index).padStart(3, "0")}${"x".repeat(70)}`);

export const teams: ContractPlatform = {
  name: "teams",
  surfaces: [
    { name: "message", takes: () => true, show: (card) => messageOf(card, []) },
    // Whoever is mentioned sees the card as it is for them.
    {
      name: "a message that refreshes itself",
      takes: ({ elements }) => elements.some(({ kind }) => kind === "mention"),
      show: (card) => messageOf(card, VIEWERS),
    },
  ],
  notification: (card) => plainReading(toText(card)),
  dialog: dialogOf,
};

function messageOf(card: Card, viewers: readonly string[]): Shown {
  const rendered = toCard(card, context, viewers);
  const activity = JSON.stringify(toActivity(rendered, toText(card)));
  return shownOf(rendered, [
    ...tooLarge("card", JSON.stringify(rendered), "utf8", CARD_BYTES),
    ...tooLarge("message", activity, "utf8", MESSAGE_BYTES),
  ]);
}

function tooLarge(what: string, json: string, encoding: "utf8" | "utf16le", max: number): readonly string[] {
  // Teams counts no inline picture.
  const bytes = Buffer.byteLength(json.replace(/data:image\/png;base64,[A-Za-z0-9+/]+=*/g, ""), encoding);
  return bytes > max ? [`the ${what} has ${bytes} bytes, more than ${max}`] : [];
}

function dialogOf(dialog: Dialog): ShownDialog {
  const card = toDialogCard(dialog, context, { dialog: "remembered" });
  const [submit, ...others] = objectsIn(card["actions"]);
  const data = isJson(submit?.["data"]) ? submit["data"] : {};
  const form = textAt(data, "form");
  const problems = [
    ...tooLarge("dialog", JSON.stringify(card), "utf16le", DIALOG_UTF16_BYTES),
    ...others.map(() => "a dialog has more than one Submit"),
  ];
  const shown = shownOf(card, problems);
  return {
    ...shown,
    readings: [plainReading(dialog.title), ...shown.readings],
    form: form === undefined ? undefined : decodeForm(form),
    fields: fieldsIn(card),
    presses: [],
    labels: submit === undefined ? [] : [textAt(submit, "title") ?? ""],
  };
}

function fieldsIn(card: unknown): readonly ShownField[] {
  return inputsIn(card).map((input): ShownField => {
    // As it comes back when it is sent.
    const [id = ""] = Object.keys(fieldValues({ [textAt(input, "id") ?? ""]: "" }));
    const choices = input["type"] === "Input.ChoiceSet" ? objectsIn(input["choices"]) : null;
    return {
      id,
      label: textAt(input, "label") ?? "",
      values: choices?.map((choice) => textAt(choice, "value") ?? "") ?? null,
      isOptional: input["isRequired"] !== true,
    };
  });
}

function inputsIn(card: unknown): readonly Json[] {
  return objects(card).filter(({ type }) => String(type).startsWith("Input."));
}

function shownOf(card: Json, problems: readonly string[]): Shown {
  // Nobody presses what refreshes a card, and older clients show the fallback in place of the action.
  const actions = objects(without(card, ["refresh", "fallback"])).filter(({ type }) =>
    String(type).startsWith("Action."),
  );
  const withData = actions.filter(({ type }) => type !== "Action.ShowCard");
  const withPress = withData.filter((action) => textAt(action, "data", "press") !== undefined);
  return {
    problems: [...problems, ...cardProblems(card), ...objects(card).flatMap(fallbackProblems)],
    readings: readingsIn(card),
    presses: withPress.map(pressOf),
    labels: actions.map((action) => textAt(action, "title") ?? ""),
    pictures: objects(card).flatMap((each) => (each["type"] === "Image" ? [textAt(each, "altText") ?? ""] : [])),
  };
}

function pressOf(action: Json): Press | undefined {
  return decodePress(textAt(action, "data", "press") ?? "");
}

/** Older clients must do the same as newer ones. */
function fallbackProblems(action: Json): readonly string[] {
  if (action["type"] !== "Action.Execute" || action["verb"] === "refresh") return [];
  const { fallback } = action;
  if (!isJson(fallback) || fallback["type"] !== "Action.Submit")
    return ["an Action.Execute has no Action.Submit behind it"];
  const isSame = textAt(fallback, "data", "press") === textAt(action, "data", "press");
  return isSame && fallback["title"] === action["title"] ? [] : ["a fallback does something else"];
}

function without(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => without(each, names));
  if (!isJson(value)) return value;
  const kept = Object.entries(value).filter(([name]) => !names.includes(name));
  return Object.fromEntries(kept.map(([name, part]) => [name, without(part, names)]));
}

function readingsIn(card: Json): readonly Reading[] {
  const entities = new Map(
    objectsIn(isJson(card["msteams"]) ? card["msteams"]["entities"] : []).map((entity) => [
      textAt(entity, "text") ?? "",
      textAt(entity, "mentioned", "id") ?? "",
    ]),
  );
  return objects(card).flatMap((object): readonly Reading[] => {
    const read = (name: string) => readMarkdown(textAt(object, name) ?? "", entities);
    switch (object["type"]) {
      case "TextBlock":
        return [read("text")];
      case "FactSet":
        return objectsIn(object["facts"]).flatMap((fact) =>
          ["title", "value"].map((name) => readMarkdown(textAt(fact, name) ?? "", entities)),
        );
      case "Input.ChoiceSet":
        // The renderer's own setting: the words beside a round or square box are Markdown, those of a menu are not.
        return objectsIn(object["choices"]).map((choice) =>
          object["style"] === "expanded"
            ? readMarkdown(textAt(choice, "title") ?? "", entities)
            : plainReading(textAt(choice, "title") ?? ""),
        );
      default:
        return [];
    }
  });
}

const NOTHING_MARKED = { mentions: [], links: [], bold: [], items: 0, other: [] };

function plainReading(words: string): Reading {
  return { words, ...NOTHING_MARKED };
}

/** Stricter than any one client, since they differ: whatever could be read as a mark is one. */
export function readMarkdown(text: string, entities: ReadonlyMap<string, string>): Reading {
  const mentions: string[] = [];
  const links: string[] = [];
  const bold: string[] = [];
  const other: string[] = [];
  let items = 0;
  const words = text
    .replace(/<at>([^<>]*)<\/at>/g, (whole, name: string) => {
      const id = entities.get(whole);
      if (id === undefined) other.push(whole);
      else mentions.push(id);
      return name;
    })
    .replace(/\{\{(?:DATE|TIME)\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?:, SHORT)?\)\}\}/g, "moment")
    .replace(/(?<!!)\[([^\]]*)\]\((https?:[^\s()]+)\)/g, (_, label: string, url: string) => {
      links.push(url);
      return label;
    })
    .replace(/(^|[\r\n])- /g, (_, before: string) => {
      items += 1;
      return before;
    })
    .replace(/\*\*(?=\S)([^*\n]+?)\*\*/g, (_, inner: string) => {
      bold.push(inner);
      return inner;
    });
  const marks: readonly RegExp[] = [
    /[<>`*\\]/g,
    /~~|__/g,
    /(?<![\p{L}\p{N}])_(?=\S)[^_\n]+_(?![\p{L}\p{N}])/gu,
    /\]\(|\]\[|\]:/g,
    /\{\{/g,
    /&#?\w+;/g,
    /(^|[\r\n])\s*(#|[-+] |\d+[.)] |---|===)/g,
  ];
  other.push(...marks.flatMap((mark) => words.match(mark) ?? []));
  return { words, mentions, links, bold, items, other };
}
