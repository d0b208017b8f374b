import { Fault } from "../../lib/fault.ts";
import type { Card } from "../../notice/card.ts";
import { packLines } from "../lines.ts";
import type { Pacer } from "../pacer.ts";
import { oneLine } from "../plain-text.ts";
import type { ChannelRole, ChatPlatform, LinkTo, MessageRef } from "../platform.ts";
import type { Conversations } from "./conversations.ts";
import { fileLines } from "./file.ts";
import { LIMITS } from "./limits.ts";
import { baseOf } from "./payload.ts";
import { permalinkOf, rootOf } from "./permalink.ts";
import { toActivity, toText } from "./render.ts";
import { type Teller, textActivity } from "./tell.ts";
import { escapedWithin } from "./text.ts";
import type { Conversation, JsonObject, TeamsTransport } from "./transport.ts";

/** One line of the audit channel. */
const LINE_CHARACTERS = 1500;
/** Lines of one message stay apart: Teams joins single ones. */
const PARAGRAPH = "\n\n";

/** A report is a few pages; what is longer than this many messages ends with a count of the lines that are missing. */
const MESSAGES_OF_FILE = 10;
/** Files of which some parts were posted and others were not. */
const UNFINISHED_FILES = 20;

interface UnfinishedFile {
  readonly first: MessageRef;
  /** What is left to post, as it was when the first part was: a newer text may be cut elsewhere. */
  readonly left: readonly string[];
}

export interface DeliverOptions {
  /** For cards: may wait behind each other. */
  readonly cards: TeamsTransport;
  readonly channels: Readonly<Record<ChannelRole, string>>;
  readonly conversations: Conversations;
  readonly teller: Teller;
  readonly render: (card: Card, linkTo: LinkTo) => Promise<JsonObject>;
  readonly tenantId: string | null;
  /** For a channel that nothing was heard from yet; null: nothing can be posted there. */
  readonly serviceUrl: string | null;
  readonly pace: Pacer;
}

export function createPlatform(options: DeliverOptions): ChatPlatform {
  const { cards, channels, conversations, pace } = options;
  const unfinished = new Map<string, UnfinishedFile>();

  async function at(conversationId: string): Promise<Conversation> {
    const known = await conversations.channel(conversationId);
    const serviceUrl = known?.serviceUrl ?? options.serviceUrl;
    if (serviceUrl !== null) return { serviceUrl, id: conversationId };
    throw new Fault("not-found", "teams: no address is known for this channel", { code: "no-service-url" });
  }

  /** A thread of its own in the channel. https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages */
  async function begin(channelId: string, activity: JsonObject): Promise<MessageRef> {
    await pace.turn(channelId);
    const { serviceUrl } = await at(channelId);
    const { tenantId } = options;
    const made = await cards.createConversation(serviceUrl, {
      isGroup: true,
      ...(tenantId === null ? {} : { tenantId }),
      channelData: { channel: { id: channelId }, ...(tenantId === null ? {} : { tenant: { id: tenantId } }) },
      activity,
    });
    const messageId = made.activityId ?? /;messageid=(\d+)/.exec(made.conversationId)?.[1];
    if (messageId === undefined) throw new Fault("unavailable", "teams: a new message came without its id");
    return { channelId: baseOf(channelId), messageId };
  }

  async function reply(thread: MessageRef, activity: JsonObject): Promise<MessageRef> {
    const conversationId = `${baseOf(thread.channelId)};messageid=${rootOf(thread)}`;
    await pace.turn(conversationId);
    return { channelId: conversationId, messageId: await cards.send(await at(conversationId), activity) };
  }

  function remember(key: string, file: UnfinishedFile): void {
    const [oldest] = unfinished.keys();
    if (!unfinished.has(key) && unfinished.size >= UNFINISHED_FILES && oldest !== undefined) unfinished.delete(oldest);
    unfinished.set(key, file);
  }

  async function activityOf(card: Card, linkTo: LinkTo): Promise<JsonObject> {
    return toActivity(await options.render(card, linkTo), toText(card));
  }

  return {
    name: "teams",

    async post({ card, channel, thread }, linkTo) {
      const activity = await activityOf(card, linkTo);
      return thread === null ? begin(channel.id ?? channels[channel.role], activity) : reply(thread, activity);
    },

    async edit(ref, card, linkTo, urgency) {
      const activity = await activityOf(card, linkTo);
      await pace.turn(ref.channelId, urgency);
      await cards.update(await at(ref.channelId), ref.messageId, activity);
    },

    // Teams lets no bot read a channel.
    canFind: false,
    find: async () => null,

    async postFile({ subject, text, thread }) {
      // Bots can give files to people in a personal chat alone, so that the text is posted.
      const key = `${thread.channelId} ${thread.messageId} ${subject}`;
      const begun = unfinished.get(key);
      const parts = begun?.left ?? packLines(fileLines(text), LIMITS.messageText, MESSAGES_OF_FILE, PARAGRAPH);
      let first = begun?.first;
      for (const [index, part] of parts.entries()) {
        const ref = await reply(thread, markdown(part));
        first ??= ref;
        // Whoever comes again after a fault goes on here.
        remember(key, { first, left: parts.slice(index + 1) });
      }
      unfinished.delete(key);
      return first ?? thread;
    },

    // They come with each card, so there is nothing to give.
    takePicture: async () => "inline",

    isIn: (ref, { role, id }) => baseOf(ref.channelId) === baseOf(id ?? channels[role]),

    permalink: (ref) => permalinkOf(ref, conversations, options.tenantId),

    postLines(channel, _subject, lines) {
      const written = lines.map((line) => escapedWithin(oneLine(line), LINE_CHARACTERS));
      const [text = "—"] = packLines(written, LIMITS.messageText, 1, PARAGRAPH);
      return begin(channels[channel], { ...markdown(text), summary: oneLine(lines[0] ?? "") });
    },

    whisper: (userId, _channel, text) => options.teller.toPerson(userId, textActivity(text)),
  };
}

/** The text is Markdown that Teams may read. */
function markdown(text: string): JsonObject {
  return { type: "message", textFormat: "markdown", text };
}
