import { z } from "zod";
import type { Json } from "../../audit/envelope.ts";
import type { Clock } from "../../lib/clock.ts";
import { isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { ConversationStore } from "../../workflow/ports.ts";
import { baseOf, type Heard } from "./payload.ts";

/** What was learned of a channel. */
interface ChannelReference {
  readonly serviceUrl: string;
  readonly tenantId: string | null;
  readonly groupId: string | null;
}

/** What was learned of somebody who spoke to us. */
interface UserReference {
  readonly serviceUrl: string;
  readonly tenantId: string | null;
  /** What Teams calls them towards this bot. */
  readonly accountId: string;
  /** Their chat with us; null until they wrote there or were written to. */
  readonly chatId: string | null;
}

const ChannelShape: z.ZodType<ChannelReference> = z.object({
  serviceUrl: z.string(),
  tenantId: z.string().nullable(),
  groupId: z.string().nullable(),
});
const UserShape: z.ZodType<UserReference> = z.object({
  serviceUrl: z.string(),
  tenantId: z.string().nullable(),
  accountId: z.string(),
  chatId: z.string().nullable(),
});

const REMEMBERED = 2000;

/**
 * Where Teams can be written to. Addresses may change at any time, so every activity that Teams vouches for renews them:
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
 */
export interface Conversations {
  heard(activity: Heard): Promise<void>;
  channel(conversationId: string): Promise<ChannelReference | null>;
  user(userId: string): Promise<UserReference | null>;
  keepChat(userId: string, user: UserReference): Promise<void>;
}

export function createConversations(options: {
  readonly store: ConversationStore;
  readonly clock: Clock;
  readonly log: Log;
}): Conversations {
  const { store, clock, log } = options;
  /** What is stored, so that only news is written. Another replica may write too: then what it learned is as true. */
  const written = new Map<string, string>();

  async function save(key: string, reference: Json): Promise<void> {
    const text = JSON.stringify(reference);
    if (written.get(key) === text) return;
    if (written.size >= REMEMBERED) written.clear();
    try {
      await store.save("teams", key, reference, clock.now());
      written.set(key, text);
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn({ kind: error.kind }, "where Teams can be written to was not stored");
    }
  }

  async function load<Shape>(key: string, shape: z.ZodType<Shape>): Promise<Shape | null> {
    try {
      return shape.safeParse(await store.load("teams", key)).data ?? null;
    } catch (error) {
      if (!isFault(error)) throw error;
      log.warn({ kind: error.kind }, "where Teams can be written to was not read");
      return null;
    }
  }

  const conversations: Conversations = {
    async heard({ place, claim }) {
      const { serviceUrl, tenantId } = place;
      if (!place.isPersonal) {
        const known = place.groupId === null ? await conversations.channel(place.baseId) : null;
        const groupId = place.groupId ?? known?.groupId ?? null;
        await save(`channel:${place.baseId}`, { serviceUrl, tenantId, groupId });
      }
      if (claim.userId === null || claim.isBot) return;
      const known = place.isPersonal ? null : await conversations.user(claim.userId);
      const chatId = place.isPersonal ? place.baseId : (known?.chatId ?? null);
      await conversations.keepChat(claim.userId, { serviceUrl, tenantId, accountId: claim.accountId, chatId });
    },
    channel: (conversationId) => load(`channel:${baseOf(conversationId)}`, ChannelShape),
    user: (userId) => load(`user:${userId}`, UserShape),
    keepChat: (userId, { serviceUrl, tenantId, accountId, chatId }) =>
      save(`user:${userId}`, { serviceUrl, tenantId, accountId, chatId }),
  };
  return conversations;
}
