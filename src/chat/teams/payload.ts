import { z } from "zod";
import { isJsonObject, type JsonObject } from "./transport.ts";
import type { Claim } from "./verify.ts";

/** Where somebody did something. */
export interface Place {
  readonly serviceUrl: string;
  /** Of the thread, when it was in one. */
  readonly conversationId: string;
  readonly isPersonal: boolean;
  /** Of the channel or the chat, without its thread. */
  readonly baseId: string;
  readonly tenantId: string | null;
  /** The team's group in Entra: a link to a message wants it. */
  readonly groupId: string | null;
}

/** An activity in our words. */
export interface Heard {
  readonly type: string;
  /** Of an invoke: what it asks for. */
  readonly name: string;
  readonly text: string;
  readonly value: JsonObject;
  readonly claim: Claim;
  readonly place: Place;
  readonly botId: string;
  /** True when the text was meant for us. */
  readonly mentionsUs: boolean;
}

/** Nobody asks us anything longer; what is, costs no time. */
const TEXT_CHARACTERS = 4000;

const Mention = z.looseObject({
  type: z.literal("mention"),
  // An empty one would be found between any two characters.
  text: z.string().min(1),
  mentioned: z.looseObject({ id: z.string(), name: z.string().nullish() }),
});

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object */
export const Heard = z
  .looseObject({
    type: z.string(),
    name: z.string().nullish(),
    text: z.string().nullish(),
    value: z.unknown().optional(),
    serviceUrl: z.string(),
    from: z.looseObject({
      id: z.string(),
      aadObjectId: z.string().nullish(),
      role: z.string().nullish(),
      tenantId: z.string().nullish(),
    }),
    recipient: z.looseObject({ id: z.string() }).nullish(),
    conversation: z.looseObject({
      id: z.string().min(1),
      conversationType: z.string().nullish(),
      tenantId: z.string().nullish(),
    }),
    entities: z.array(z.unknown()).nullish(),
    channelData: z
      .looseObject({
        tenant: z.looseObject({ id: z.string().nullish() }).nullish(),
        team: z.looseObject({ aadGroupId: z.string().nullish() }).nullish(),
      })
      .nullish(),
  })
  .transform((activity): Heard => {
    const { from, conversation, channelData } = activity;
    const botId = activity.recipient?.id ?? "";
    const mentions = (activity.entities ?? []).flatMap((entity) => Mention.safeParse(entity).data ?? []);
    const tenants = [from.tenantId, channelData?.tenant?.id, conversation.tenantId];
    const place: Place = {
      serviceUrl: activity.serviceUrl,
      conversationId: conversation.id,
      isPersonal: conversation.conversationType === "personal",
      baseId: baseOf(conversation.id),
      tenantId: conversation.tenantId ?? channelData?.tenant?.id ?? null,
      groupId: channelData?.team?.aadGroupId ?? null,
    };
    return {
      type: activity.type,
      name: activity.name ?? "",
      text: wordsOf((activity.text ?? "").slice(0, TEXT_CHARACTERS), mentions, botId),
      value: isJsonObject(activity.value) ? activity.value : {},
      claim: {
        userId: from.aadObjectId?.toLowerCase() ?? null,
        accountId: from.id,
        isBot: from.role === "bot" || from.id.startsWith("28:"),
        tenantIds: tenants.filter((id) => typeof id === "string").map((id) => id.toLowerCase()),
        place,
      },
      place,
      botId,
      mentionsUs: mentions.some((mention) => mention.mentioned.id === botId),
    };
  });

/** A channel or chat without the thread in it. */
export function baseOf(conversationId: string): string {
  return conversationId.split(";messageid=")[0] ?? conversationId;
}

/** What was typed: without our own name, with other people's, and with spaces that are spaces. */
function wordsOf(text: string, mentions: readonly z.infer<typeof Mention>[], botId: string): string {
  const ours = mentions.filter((mention) => mention.mentioned.id === botId).map((mention) => mention.text);
  const withoutUs = ours.reduce((left, name) => left.replaceAll(name, " "), text);
  return (
    withoutUs
      // `<` may not be in it: else each of many that never end would be read to the end.
      .replace(/<\/?at(?:\s[^<>]*)?>/g, "")
      .replace(/&nbsp;|\s/g, " ")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&amp;", "&")
      .replace(/ +/g, " ")
      .trim()
  );
}

/** What a button sends along, whichever way it comes. */
export interface Pressed {
  readonly press: string;
  readonly subject: string;
}

export function pressedOf(data: unknown): Pressed | null {
  if (!isJsonObject(data) || typeof data["press"] !== "string") return null;
  return { press: data["press"], subject: typeof data["subject"] === "string" ? data["subject"] : "" };
}

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards#invoke-activity */
export const CardAction = z
  .looseObject({ action: z.looseObject({ verb: z.string().nullish(), data: z.unknown().optional() }) })
  .transform(({ action }) => ({ verb: action.verb ?? "", data: isJsonObject(action.data) ? action.data : {} }));

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots */
export const TaskRequest = z
  .looseObject({ data: z.unknown().optional() })
  .transform(({ data }) => (isJsonObject(data) ? data : {}));
