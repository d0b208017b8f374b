import { z } from "zod";
import { Fault, isFault } from "../../lib/fault.ts";
import type { Card } from "../../notice/card.ts";
import { packLines } from "../lines.ts";
import { resolveLinks } from "../links.ts";
import type { Pacer } from "../pacer.ts";
import { type FindPicture, resolvePictures } from "../pictures.ts";
import { oneLine } from "../plain-text.ts";
import {
  type Channel,
  type ChannelRole,
  type ChatPlatform,
  type LinkTo,
  type MessageRef,
  PICTURE_REFUSED,
} from "../platform.ts";
import type { SlackApi } from "./api.ts";
import { deleteFile, postFile, uploadPicture } from "./file.ts";
import type { Identity } from "./identity.ts";
import { LIMITS } from "./limits.ts";
import { type Block, type RenderContext, toBlocks, toText } from "./render.ts";
import { escaped, escapedWithin } from "./text.ts";

/** Marks our messages, so that one whose answer was lost is found again. https://docs.slack.dev/messaging/message-metadata */
const EVENT_TYPE = "tollgate_message";
/** Slack gives at most this many at once; what we look for was posted moments ago. */
const PAGE = 200;
const THREAD_PAGES = 5;
/** One line of the audit channel. */
const LINE_CHARACTERS = 1500;

const Posted = z.looseObject({ channel: z.string(), ts: z.string() });
const Anything = z.looseObject({});
const Messages = z.looseObject({
  messages: z.array(
    z.looseObject({
      ts: z.string(),
      user: z.string().nullish(),
      bot_id: z.string().nullish(),
      files: z.array(z.looseObject({ id: z.string() })).nullish(),
      // Other apps put what they like here.
      metadata: z.looseObject({ event_type: z.string(), event_payload: z.unknown() }).nullish().catch(null),
    }),
  ),
  response_metadata: z.looseObject({ next_cursor: z.string().optional() }).nullish(),
});
type Message = z.infer<typeof Messages>["messages"][number];
const Payload = z.looseObject({ subject: z.string() });

export interface DeliverOptions {
  /** For cards: paced, and may wait behind each other. */
  readonly cards: SlackApi;
  /** For what one person waits for: never behind cards. */
  readonly people: SlackApi;
  readonly channels: Readonly<Record<ChannelRole, string>>;
  readonly slackIdOf: RenderContext["slackIdOf"];
  readonly identity: () => Promise<Identity>;
  readonly permalinkOf: (ref: MessageRef) => Promise<string | null>;
  readonly findPicture: FindPicture;
  readonly posts: Pacer;
  readonly edits: Pacer;
  readonly uploads: Pacer;
  readonly removals: Pacer;
}

export function createPlatform(options: DeliverOptions): ChatPlatform {
  const { cards, people, channels, posts, edits, uploads, removals } = options;
  /** Files carry no metadata: by its id one whose answer was lost is found again, as long as we run. */
  const begunFiles = new Map<string, string>();
  const idOf = ({ role, id }: Channel) => id ?? channels[role];

  async function post(channelId: string, subject: string, message: Readonly<Record<string, unknown>>) {
    await posts.turn(channelId);
    const args = { channel: channelId, metadata: metadataOf(subject), unfurl_links: false, unfurl_media: false };
    const posted = await cards.call("chat.postMessage", { ...args, ...message }, Posted);
    return { channelId: posted.channel, messageId: posted.ts };
  }

  async function rendered(card: Card, linkTo: LinkTo): Promise<{ readonly text: string; readonly blocks: Block[] }> {
    const [links, pictures] = await Promise.all([
      resolveLinks(card.elements, linkTo),
      resolvePictures(card.elements, options.findPicture),
    ]);
    const context = {
      slackIdOf: options.slackIdOf,
      linkOf: (subject: string) => links.get(subject) ?? null,
      pictureOf: (digest: string) => pictures.get(digest) ?? null,
    };
    return { text: toText(card), blocks: toBlocks(card, context) };
  }

  async function newestOf(pages: AsyncIterable<readonly Message[]>, channelId: string, subject: string) {
    const own = await options.identity();
    const isOurs = (message: Message) =>
      message.user === own.botUserId || (own.botId !== null && message.bot_id === own.botId);
    let newest: Message | undefined;
    for await (const page of pages) {
      for (const message of page) {
        const isFile = message.files?.some(({ id }) => id === begunFiles.get(subject)) === true;
        const isIt = isOurs(message) && (isFile || subjectOf(message) === subject);
        if (isIt && Number(message.ts) > Number(newest?.ts ?? 0)) newest = message;
      }
    }
    return newest === undefined ? null : { channelId, messageId: newest.ts };
  }

  async function* read(method: string, args: Readonly<Record<string, unknown>>, pages: number) {
    let cursor: string | undefined;
    for (let count = 0; count < pages; count += 1) {
      const more = cursor === undefined ? {} : { cursor };
      const all = { ...args, ...more, limit: PAGE, include_all_metadata: true };
      const answer = await cards.call(method, all, Messages);
      yield answer.messages;
      cursor = answer.response_metadata?.next_cursor || undefined;
      if (cursor === undefined) return;
    }
  }

  return {
    name: "slack",

    async post({ card, channel, thread }, linkTo) {
      const message = await rendered(card, linkTo);
      const inThread = thread === null ? {} : { thread_ts: thread.messageId };
      return naming(message.blocks, () =>
        post(thread?.channelId ?? idOf(channel), card.subject, { ...message, ...inThread }),
      );
    },

    async edit(ref, card, linkTo, urgency) {
      const message = await rendered(card, linkTo);
      await edits.turn(ref.channelId, urgency);
      const args = { channel: ref.channelId, ts: ref.messageId, metadata: metadataOf(card.subject), ...message };
      await naming(message.blocks, () => cards.call("chat.update", args, Anything));
    },

    canFind: true,
    async find(subject, channel, thread) {
      const channelId = thread?.channelId ?? idOf(channel);
      const inChannel = () => newestOf(read("conversations.history", { channel: channelId }, 1), channelId, subject);
      try {
        if (thread === null) return await inChannel();
        const args = { channel: channelId, ts: thread.messageId };
        return await newestOf(read("conversations.replies", args, THREAD_PAGES), channelId, subject);
      } catch (error) {
        if (!isFault(error, "not-found")) throw error;
        // Slack posts an answer to a thread that is gone in the channel itself. A channel that is gone holds nothing for us.
        return error.code === "thread_not_found" ? inChannel() : null;
      }
    },

    async postFile(file) {
      await posts.turn(file.thread.channelId);
      return postFile(cards, file, (id) => begunFiles.set(file.subject, id));
    },

    async takePicture(picture) {
      await uploads.turn("pictures");
      return uploadPicture(cards, picture);
    },

    async dropPicture(name) {
      await removals.turn("pictures");
      await deleteFile(cards, name);
    },

    isIn: (ref, channel) => ref.channelId === idOf(channel),

    permalink: options.permalinkOf,

    postLines(channel, subject, lines) {
      const written = lines.map((line) => escapedWithin(oneLine(line), LINE_CHARACTERS));
      const sections = LIMITS.textInMessage / LIMITS.sectionText;
      const blocks = packLines(written, LIMITS.sectionText, sections).map((text) => ({
        type: "section",
        text: { type: "mrkdwn", text, verbatim: true },
      }));
      const text = packLines(written, LIMITS.messageText, 1).join("\n");
      return post(channels[channel], subject, { text, blocks });
    },

    async whisper(userId, channel, text) {
      const said = { text: escaped(text) };
      try {
        await people.call("chat.postEphemeral", { channel: channels[channel], user: userId, ...said }, Anything);
      } catch (error) {
        // Nothing was shown: the channel is gone, or that person is not in it. The app's own conversation is always there.
        if (!isFault(error, "not-found") && !isFault(error, "rejected")) throw error;
        await people.call("chat.postMessage", { channel: userId, ...said }, Anything);
      }
    },
  };
}

/** Slack says of a file that it does not know yet, or any more, what it says of blocks that are wrong; ours are not. */
async function naming<Answer>(blocks: readonly Block[], call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const isRefused = isFault(error, "rejected") && error.code === "invalid_blocks";
    if (!isRefused || !blocks.some(({ type }) => type === "image")) throw error;
    throw new Fault("rejected", "slack: a picture is not shown (yet)", { code: PICTURE_REFUSED, cause: error });
  }
}

function metadataOf(subject: string) {
  return { event_type: EVENT_TYPE, event_payload: { subject } };
}

function subjectOf(message: Message): string | undefined {
  if (message.metadata?.event_type !== EVENT_TYPE) return undefined;
  return Payload.safeParse(message.metadata.event_payload).data?.subject;
}
