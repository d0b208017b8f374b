import type { PlatformName } from "../../src/audit/envelope.ts";
import type { Channel, ChatPlatform, MessageRef, NewFile } from "../../src/chat/platform.ts";
import { Fault } from "../../src/lib/fault.ts";
import type { Card } from "../../src/notice/card.ts";

type Method = "post" | "edit" | "find" | "postLines" | "postFile" | "takePicture";

export interface KeptMessage {
  readonly ref: MessageRef;
  readonly subject: string;
  readonly channel: Channel;
  readonly thread: MessageRef | null;
  /** Null for a message of lines and for a file. */
  card: Card | null;
  /** As it was posted. */
  readonly first: Card | null;
  readonly lines: readonly string[];
  readonly file: NewFile | null;
  edits: number;
  isGone: boolean;
}

/** A chat platform in memory: what was posted, where, and trouble on demand. */
export interface MemoryChat extends ChatPlatform {
  readonly messages: readonly KeptMessage[];
  /** Every call in order, e.g. `edit incident-7`. */
  readonly calls: readonly string[];
  /** The messages of this subject that are there. */
  of(subject: string): readonly KeptMessage[];
  /** Lines of the audit channel, oldest first. */
  auditLines(): readonly string[];
  /** The next call of this method fails: `after` does the work first, as when an answer is lost. */
  failNext(method: Method, fault: Fault, when?: "before" | "after", which?: (card: Card) => boolean): void;
  /** It takes no picture, until it is null again. */
  refusePictures(fault: Fault | null): void;
  /** Every call fails from now on, until it is null again. */
  setDown(fault: Fault | null): void;
  /** Nobody can post to this channel any more, nor edit what is in it. `C-incident` and `C-audit` are the configured ones. */
  closeChannel(channelId: string): void;
  /** Nothing new can be posted to this channel nor into its threads, until it is null again; what is there can be edited. */
  refusePosts(channelId: string, fault: Fault | null): void;
  /** Awaited before a call has its effect; one at a time for each method. */
  beforeNext(method: Method, work: () => Promise<void>): void;
  delete(subject: string): void;
  /** Those that were given to it, by digest. */
  readonly pictures: ReadonlyMap<string, Buffer>;
  /** All that anybody could read in it. */
  text(): string;
}

interface Failure {
  readonly method: Method;
  readonly fault: Fault;
  readonly when: "before" | "after";
  /** Of calls with a card: these. */
  readonly which: (card: Card) => boolean;
}

export function createMemoryChat(name: PlatformName): MemoryChat {
  const messages: KeptMessage[] = [];
  const calls: string[] = [];
  const faults: Failure[] = [];
  const waits: { readonly method: Method; readonly work: () => Promise<void> }[] = [];
  const shown: string[] = [];
  const pictures = new Map<string, Buffer>();
  const closed = new Set<string>();
  const refusing = new Map<string, Fault>();
  let down: Fault | null = null;
  let noPictures: Fault | null = null;

  async function call<Answer>(
    method: Method,
    subject: string,
    effect: () => Answer | Promise<Answer>,
    shownCard?: Card,
  ): Promise<Answer> {
    calls.push(`${method} ${subject}`);
    const waiting = waits.findIndex((wait) => wait.method === method);
    if (waiting >= 0) await waits.splice(waiting, 1)[0]?.work();
    if (down !== null) throw down;
    const failing = faults.findIndex(
      (entry) => entry.method === method && (shownCard === undefined || entry.which(shownCard)),
    );
    const [failure] = failing < 0 ? [] : faults.splice(failing, 1);
    if (failure?.when === "before") throw failure.fault;
    const answer = await effect();
    if (failure !== undefined) throw failure.fault;
    return answer;
  }

  function keep(message: Omit<KeptMessage, "ref" | "first" | "edits" | "isGone">): MessageRef {
    const { channel, thread, card, lines, file } = message;
    const channelId = thread?.channelId ?? channel.id ?? `C-${channel.role}`;
    if (closed.has(channelId)) throw new Fault("not-found", "the channel is archived", { code: "is_archived" });
    const refusal = refusing.get(channelId);
    if (refusal !== undefined) throw refusal;
    const ref = { channelId, messageId: String(messages.length + 1) };
    messages.push({ ...message, ref, first: card, edits: 0, isGone: false });
    shown.push(JSON.stringify([card, lines, file]));
    return ref;
  }

  const of = (subject: string) => messages.filter((message) => message.subject === subject && !message.isGone);
  const nothing = { card: null, lines: [], file: null } as const;

  return {
    name,
    messages,
    calls,
    pictures,
    of,
    auditLines: () => messages.filter(({ channel }) => channel.role === "audit").flatMap(({ lines }) => lines),
    failNext: (method, fault, when = "before", which = () => true) => void faults.push({ method, fault, when, which }),
    refusePictures(fault) {
      noPictures = fault;
    },
    setDown(fault) {
      down = fault;
    },
    closeChannel: (channelId) => void closed.add(channelId),
    refusePosts(channelId, fault) {
      if (fault === null) refusing.delete(channelId);
      else refusing.set(channelId, fault);
    },
    beforeNext: (method, work) => void waits.push({ method, work }),
    delete(subject) {
      for (const message of of(subject)) message.isGone = true;
    },
    text: () => shown.join("\n"),

    post: ({ card, channel, thread }) =>
      call("post", card.subject, () => keep({ ...nothing, subject: card.subject, channel, thread, card }), card),
    edit: (ref, card) =>
      call(
        "edit",
        card.subject,
        () => {
          const message = messages.find((kept) => kept.ref.messageId === ref.messageId && !kept.isGone);
          if (message === undefined || closed.has(ref.channelId))
            throw new Fault("not-found", "the message is gone", { code: "message_not_found" });
          message.card = card;
          message.edits += 1;
          shown.push(JSON.stringify(card));
        },
        card,
      ),
    // As the real ones are.
    canFind: name === "slack",
    find: (subject, channel, thread) =>
      call("find", subject, () => {
        if (name === "teams") return null;
        const channelId = thread?.channelId ?? channel.id ?? `C-${channel.role}`;
        return of(subject).find(({ ref }) => ref.channelId === channelId)?.ref ?? null;
      }),
    postFile: (file) =>
      call("postFile", file.subject, () => {
        const { subject, thread } = file;
        return keep({ ...nothing, subject, channel: { role: "incident", id: null }, thread, file });
      }),
    takePicture: ({ digest, png }) =>
      call("takePicture", digest, () => {
        if (noPictures !== null) throw noPictures;
        pictures.set(digest, png);
        return `F0${digest.slice(0, 8).toUpperCase()}`;
      }),
    isIn: (ref, channel) => ref.channelId === (channel.id ?? `C-${channel.role}`),
    permalink: async (ref) => `https://chat.example.com/${ref.messageId}`,
    postLines: (role, subject, lines) =>
      call("postLines", subject, () => keep({ ...nothing, subject, channel: { role, id: null }, thread: null, lines })),
    whisper: async () => {},
  };
}
