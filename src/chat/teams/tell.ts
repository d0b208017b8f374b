import { Fault, isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { Conversations } from "./conversations.ts";
import { LIMITS } from "./limits.ts";
import { escapedWithin } from "./text.ts";
import type { Conversation, JsonObject, TeamsTransport } from "./transport.ts";

/** Says things to one person, in their own chat with us: in a channel Teams has nothing that only one person sees. */
export interface Teller {
  /** Throws a `Fault`: `not-found` when that person has not installed the app. */
  toPerson(userId: string, activity: JsonObject): Promise<void>;
  /** Never throws a `Fault`. */
  tell(userId: string, activity: JsonObject): Promise<Telling>;
}

/**
 * - `not-installed` there is no chat with that person, and none can be opened
 * - `failed`        Teams did not take it, or did not say that it did
 */
export type Telling = "told" | "not-installed" | "failed";

export function textActivity(sentence: string): JsonObject {
  return { type: "message", textFormat: "markdown", text: escapedWithin(sentence, LIMITS.messageText) || "—" };
}

export function createTeller(options: {
  readonly transport: Pick<TeamsTransport, "createConversation" | "send">;
  readonly conversations: Conversations;
  /** `28:` and the app's id; null when there is none. */
  readonly botId: string | null;
  readonly tenantId: string | null;
  /** For who never spoke to us. */
  readonly serviceUrl: string | null;
  readonly log: Log;
}): Teller {
  const { transport, conversations, log } = options;

  async function openChat(userId: string): Promise<Conversation> {
    const known = await conversations.user(userId);
    const serviceUrl = known?.serviceUrl ?? options.serviceUrl;
    if (serviceUrl === null) throw new Fault("not-found", "teams: no address is known for this person");
    const tenantId = known?.tenantId ?? options.tenantId;
    const { conversationId } = await transport.createConversation(serviceUrl, {
      isGroup: false,
      ...(options.botId === null ? {} : { bot: { id: options.botId } }),
      members: [{ id: known?.accountId ?? userId }],
      ...(tenantId === null ? {} : { tenantId, channelData: { tenant: { id: tenantId } } }),
    });
    if (known !== null) await conversations.keepChat(userId, { ...known, chatId: conversationId });
    return { serviceUrl, id: conversationId };
  }

  /** False when there is no chat yet, or it is gone. */
  async function sentToKnownChat(userId: string, activity: JsonObject): Promise<boolean> {
    const known = await conversations.user(userId);
    if (known === null || known.chatId === null) return false;
    try {
      await transport.send({ serviceUrl: known.serviceUrl, id: known.chatId }, activity);
      return true;
    } catch (error) {
      if (isFault(error, "not-found")) return false;
      throw error;
    }
  }

  const teller: Teller = {
    async toPerson(userId, activity) {
      if (await sentToKnownChat(userId, activity)) return;
      await transport.send(await openChat(userId), activity);
    },
    async tell(userId, activity) {
      try {
        await teller.toPerson(userId, activity);
        return "told";
      } catch (error) {
        if (!isFault(error)) throw error;
        log.warn({ kind: error.kind, code: error.code }, "a private answer was not delivered");
        return isFault(error, "not-found") ? "not-installed" : "failed";
      }
    },
  };
  return teller;
}
