import { isJson, type Json, objectsIn, textAt } from "../slack/json.ts";
import { cardProblems, objects } from "./card-checks.ts";
import type { TeamsMemory } from "./memory.ts";
import type { MessageBody, TeamsMention } from "./model.ts";

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages: counted as UTF-16, inline pictures apart. */
const MESSAGE_BYTES = 100 * 1024;
const INLINE_PICTURE = /data:image\/[a-z+.-]+;base64,[A-Za-z0-9+/=]+/g;
const CARD_TYPE = "application/vnd.microsoft.card.adaptive";

/** The connector said no. */
export class ConnectorRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The message that an activity of the bot makes. Throws a refusal when Teams would not show it. */
export function messageOf(memory: TeamsMemory, activity: Json): MessageBody {
  const size = JSON.stringify(activity).replace(INLINE_PICTURE, "").length * 2;
  if (size > MESSAGE_BYTES) throw new ConnectorRefusal(413, "MessageSizeTooBig", "Message size too large.");
  const attachments = objectsIn(activity["attachments"]);
  const card = attachments.find((attachment) => attachment["contentType"] === CARD_TYPE)?.["content"];
  const text = textAt(activity, "text") ?? "";
  if (card === undefined && text === "") throw badSyntax("the activity has neither text nor a card");
  if (attachments.length > (card === undefined ? 0 : 1))
    throw badSyntax("an attachment is of an unknown type, or one too many");
  const problems = card === undefined ? [] : cardProblems(card);
  if (problems.length > 0) throw badSyntax(problems.join("; "));
  const known = isJson(card) ? card : undefined;
  const cardEntities = isJson(known?.["msteams"]) ? objectsIn(known["msteams"]["entities"]) : [];
  const mentions = [
    ...mentionsIn(memory, objectsIn(activity["entities"]), [text]),
    ...mentionsIn(memory, cardEntities, known === undefined ? [] : shownTexts(known)),
  ];
  const format = textAt(activity, "textFormat");
  const textFormat = format === "plain" || format === "xml" ? format : "markdown";
  return { text, textFormat, summary: textAt(activity, "summary") ?? "", card: known, mentions };
}

function badSyntax(words: string): ConnectorRefusal {
  return new ConnectorRefusal(400, "BadSyntax", words);
}

/** Where a card may mention somebody. */
function shownTexts({ msteams: _, ...shown }: Json): readonly string[] {
  return objects(shown).flatMap((each) => [textAt(each, "text") ?? "", textAt(each, "value") ?? ""]);
}

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format#user-mention-in-bots-with-adaptive-cards */
function mentionsIn(memory: TeamsMemory, entities: readonly Json[], texts: readonly string[]): readonly TeamsMention[] {
  return entities
    .filter((entity) => entity["type"] === "mention")
    .map((entity) => {
      const id = textAt(entity, "mentioned", "id") ?? "";
      const words = textAt(entity, "text") ?? "";
      const user = memory.user(id) ?? memory.seed.users.find((each) => each.email === id);
      if (user === undefined) throw badSyntax(`the mentioned ${id || "user without id"} is not in this conversation`);
      const name = /^<at>(.+)<\/at>$/.exec(words)?.[1];
      if (name === undefined) throw badSyntax(`a mention's text is "${words}", not "<at>name</at>"`);
      if (!texts.some((text) => text.includes(words))) throw badSyntax(`the mention ${words} is not in any text`);
      return { userId: user.id, name };
    });
}
