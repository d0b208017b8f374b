import cards from "adaptivecards/dist/adaptivecards.js";
import { isJson, type Json, objectsIn, textAt } from "../slack/json.ts";

/**
 * What Teams shows of a card: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference#adaptive-card
 * and https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views
 */
const LIMITS = { visibleActions: 6, refreshUsers: 60, pictureBytes: 1024 * 1024 } as const;

/** What leaves no hole in the card; and the library's own limit for actions, which is not Teams'. */
const { Hint, Deprecated, TooManyActions } = cards.ValidationEvent;
const HARMLESS = new Set([Hint, Deprecated, TooManyActions]);

/** Problems of a card, one sentence each; none when Teams would show all of it. */
export function cardProblems(card: unknown): readonly string[] {
  if (!isJson(card)) return ["the card is not an object"];
  if (card["type"] !== "AdaptiveCard")
    return [`the card's type is ${JSON.stringify(card["type"])}, not "AdaptiveCard"`];
  const version = textAt(card, "version") ?? "none";
  if (!/^1\.[0-5]$/.test(version)) return [`the card's version is ${version}: Teams shows 1.5 at most`];
  return [...libraryProblems(card), ...objects(card).flatMap(objectProblems), ...refreshProblems(card)];
}

/** Parsed and validated as Microsoft's own renderer does it, with everything that 1.5 does not know refused. */
function libraryProblems(json: Json): readonly string[] {
  const context = new cards.SerializationContext(cards.Versions.v1_5);
  const card = new cards.AdaptiveCard();
  // The library tests `lang` with a regular expression that remembers where it stopped: every second one fails.
  const { lang: _, ...rest } = json;
  card.parse(rest, context);
  const parsed = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index));
  return [...parsed, ...card.validateProperties().validationEvents]
    .filter(({ event }) => !HARMLESS.has(event))
    .map(({ message }) => message);
}

/** Every object of the card, at any depth. */
export function objects(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap(objects);
  if (!isJson(value)) return [];
  return [value, ...Object.values(value).flatMap(objects)];
}

function objectProblems(object: Json): readonly string[] {
  switch (object["type"]) {
    case "TextBlock":
    case "TextRun":
      return typeof object["text"] === "string" && object["text"] !== "" ? [] : [`a ${object["type"]} has no text`];
    case "FactSet":
      return objectsIn(object["facts"])
        .filter((fact) => textAt(fact, "title") === undefined || textAt(fact, "value") === undefined)
        .map(() => "a fact has no title or no value");
    case "Image":
      return imageProblems(object);
    case "AdaptiveCard":
    case "ActionSet":
      return actionProblems(objectsIn(object["actions"]));
    default:
      return [];
  }
}

/**
 * Over https, or with the card. https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#use-picture-messages
 * A picture without words is lost on who cannot see it: that is our own rule.
 */
function imageProblems(image: Json): readonly string[] {
  const url = textAt(image, "url") ?? "";
  const [, inline] = /^data:image\/(?:png|jpeg|gif);base64,([A-Za-z0-9+/]+=*)$/.exec(url) ?? [];
  const isLarge = inline !== undefined && inline.length * 0.75 > LIMITS.pictureBytes;
  return [
    ...(inline !== undefined || /^https:\/\/\S+$/.test(url) ? [] : ["an Image has no url that Teams shows"]),
    ...(isLarge ? [`an Image is larger than ${LIMITS.pictureBytes} bytes`] : []),
    ...((textAt(image, "altText") ?? "").trim() === "" ? ["an Image has no altText"] : []),
  ];
}

/** Those marked as secondary are behind the three dots. */
function actionProblems(actions: readonly Json[]): readonly string[] {
  const visible = actions.filter((action) => action["mode"] !== "secondary").length;
  const crowd =
    visible > LIMITS.visibleActions ? [`${visible} actions are visible, Teams shows ${LIMITS.visibleActions}`] : [];
  const nameless = actions
    .filter((action) => (textAt(action, "title") ?? "") === "")
    .map(() => "an action has no title");
  const verbless = actions
    .filter((action) => action["type"] === "Action.Execute" && textAt(action, "verb") === undefined)
    .map(() => "an Action.Execute has no verb");
  return [...crowd, ...nameless, ...verbless];
}

function refreshProblems(card: Json): readonly string[] {
  const { refresh } = card;
  if (refresh === undefined) return [];
  if (!isJson(refresh)) return ["refresh is not an object"];
  const { action, userIds } = refresh;
  const problems: string[] = [];
  if (!isJson(action) || action["type"] !== "Action.Execute") problems.push("refresh.action is not an Action.Execute");
  const isList = Array.isArray(userIds) && userIds.every((id) => typeof id === "string");
  if (userIds !== undefined && !isList) problems.push("refresh.userIds is not a list of texts");
  if (Array.isArray(userIds) && userIds.length > LIMITS.refreshUsers) {
    problems.push(`refresh.userIds has ${userIds.length} users, Teams takes ${LIMITS.refreshUsers}`);
  }
  return problems;
}
