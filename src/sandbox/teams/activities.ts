import { randomUUID } from "node:crypto";
import type { Json } from "../slack/json.ts";
import type { TeamsMemory } from "./memory.ts";
import type { TeamsConversation, TeamsMessage } from "./model.ts";
import type { SeedTeamsUser } from "./seed.ts";

/** Who does something, and where. */
export interface Situation {
  readonly user: SeedTeamsUser;
  readonly conversation: TeamsConversation;
  /** The thread in a channel. */
  readonly threadId: string | undefined;
}

/** What every activity has. https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object */
function envelope(memory: TeamsMemory, serviceUrl: string, { user, conversation, threadId }: Situation): Json {
  const { seed, clock } = memory;
  const isChannel = conversation.kind === "channel";
  const thread = threadId === undefined ? "" : `;messageid=${threadId}`;
  const now = new Date(clock.now()).toISOString();
  const tenant = { id: user.tenantId ?? seed.tenant.id };
  return {
    timestamp: now,
    localTimestamp: now,
    channelId: "msteams",
    serviceUrl,
    from: { id: user.mri, name: user.name, aadObjectId: user.id },
    conversation: {
      ...(isChannel ? { isGroup: true } : {}),
      conversationType: conversation.kind,
      tenantId: seed.tenant.id,
      id: `${conversation.id}${thread}`,
    },
    recipient: { id: memory.botId, name: seed.bot.name },
    locale: "en-US",
    channelData: isChannel
      ? {
          teamsChannelId: conversation.id,
          teamsTeamId: seed.team.id,
          channel: { id: conversation.id },
          team: { id: seed.team.id },
          tenant,
        }
      : { tenant },
  };
}

const CLIENT = { type: "clientInfo", locale: "en-US", country: "US", platform: "Web", timezone: "Europe/Riga" };

export function messageActivity(
  memory: TeamsMemory,
  serviceUrl: string,
  situation: Situation,
  message: TeamsMessage,
): Json {
  const mentions = message.mentions.map(({ userId, name }) => ({
    type: "mention",
    mentioned: { id: userId, name },
    text: `<at>${name}</at>`,
  }));
  return {
    ...envelope(memory, serviceUrl, situation),
    type: "message",
    id: message.id,
    text: message.text,
    textFormat: "plain",
    attachments: [{ contentType: "text/html", content: `<div>${message.text}</div>` }],
    entities: [...mentions, CLIENT],
  };
}

/** What Action.Submit outside of a dialog sends: a message that nobody sees. */
export function valueActivity(
  memory: TeamsMemory,
  serviceUrl: string,
  situation: Situation,
  pressed: { readonly messageId: string; readonly data: Json },
): Json {
  return {
    ...envelope(memory, serviceUrl, situation),
    type: "message",
    id: `f:${randomUUID()}`,
    replyToId: pressed.messageId,
    value: pressed.data,
    entities: [CLIENT],
  };
}

export type InvokeName = "adaptiveCard/action" | "task/fetch" | "task/submit";

export function invokeActivity(
  memory: TeamsMemory,
  serviceUrl: string,
  situation: Situation,
  invoke: { readonly name: InvokeName; readonly messageId: string; readonly value: Json },
): Json {
  const base = envelope(memory, serviceUrl, situation);
  return {
    ...base,
    type: "invoke",
    name: invoke.name,
    id: `f:${randomUUID()}`,
    replyToId: invoke.messageId,
    value: invoke.value,
    entities: [CLIENT],
  };
}

/** The app was added to a conversation, or removed from it. */
export function installationActivity(
  memory: TeamsMemory,
  serviceUrl: string,
  situation: Situation,
  action: "add" | "remove",
): Json {
  return {
    ...envelope(memory, serviceUrl, situation),
    type: "installationUpdate",
    action,
    id: `f:${randomUUID()}`,
    entities: [CLIENT],
  };
}
