/** The port that a chat platform fits: what Tollgate needs from Slack or Teams, and what they may ask of Tollgate. */
import type { FastifyInstance } from "fastify";
import type { PlatformName } from "../audit/envelope.ts";
import type { Card, Dialog, Form, Press } from "../notice/card.ts";

/** Where a message of ours is. Data, stored as it is. */
export interface MessageRef {
  readonly channelId: string;
  /** Slack: `ts`; Teams: activity id. */
  readonly messageId: string;
}

/** The platform knows a picture in a card, and will not show it (yet): Slack looks at an upload for a while before it may be used. */
export const PICTURE_REFUSED = "picture-refused";

export type ChannelRole = "incident" | "audit";

/** Where a message goes. `id`: a channel that the policy routes it to; null: the configured one of this role. */
export interface Channel {
  readonly role: ChannelRole;
  readonly id: string | null;
}

export interface NewMessage {
  readonly card: Card;
  readonly channel: Channel;
  /** Set: a reply in the thread of this message, in its channel. */
  readonly thread: MessageRef | null;
}

/** A text file in a thread. Where a platform takes no files from bots, its text is posted. */
export interface NewFile {
  readonly subject: string;
  /** E.g. `incident-7.md`. */
  readonly name: string;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly thread: MessageRef;
}

/** A PNG that cards may show. */
export interface Picture {
  /** Of what it shows: the same picture has the same one. */
  readonly digest: string;
  readonly png: Buffer;
}

export interface TakenPicture {
  readonly name: string;
  readonly png: Buffer;
}

/** Permalink or null: lets a card lead to another message of ours. */
export type LinkTo = (subject: string) => Promise<string | null>;

export interface ChatPlatform {
  readonly name: PlatformName;
  /** Throws `Fault`: `not-found` (the channel is gone or archived, or the bot was removed from it), `rate-limited` (nothing happened), `timeout`/`unavailable` (may have been posted: use `find` before posting again), code `PICTURE_REFUSED` (nothing was posted, and without its pictures it can be). */
  post(message: NewMessage, linkTo: LinkTo): Promise<MessageRef>;
  /**
   * Throws `Fault`: as `post`, and `not-found` when the message or its channel is gone. `when-there-is-room`: only figures moved, so it
   * leaves the platform's budget to what people did.
   */
  edit(ref: MessageRef, card: Card, linkTo: LinkTo, urgency: "now" | "when-there-is-room"): Promise<void>;
  /** False where a platform lets no bot look for a message: what `find` answers there means nothing. */
  readonly canFind: boolean;
  /** The message that carries this subject in its metadata, if it was posted. */
  find(subject: string, channel: Channel, thread: MessageRef | null): Promise<MessageRef | null>;
  postFile(file: NewFile): Promise<MessageRef>;
  /** Whether that message, or its thread, is in this channel. */
  isIn(ref: MessageRef, channel: Channel): boolean;
  /** Gives it a picture for its cards to show. Answers the name by which it knows the picture: cards name it by its digest, and are words alone before. */
  takePicture(picture: Picture): Promise<string>;
  /** Takes away a picture that it was given, by the name that it gave. Also when it is gone already. Absent where pictures come with their cards. */
  dropPicture?(name: string): Promise<void>;
  permalink(ref: MessageRef): Promise<string | null>;
  /** A plain line in a channel (the audit channel's lines). */
  postLines(channel: ChannelRole, subject: string, lines: readonly string[]): Promise<MessageRef>;
  /** Told to one user alone. */
  whisper(userId: string, channel: ChannelRole, text: string): Promise<void>;
}

/** One step of a rehearsal, for `doctor`. */
export interface RehearsalStep {
  /** E.g. `post a test card in #incidents`. */
  readonly name: string;
  /** A sentence with the way out, or null when it worked. */
  readonly problem: string | null;
}

/** A platform as the service and `doctor` hold it: what it is used for, and its life. */
export interface ChatConnection {
  readonly platform: ChatPlatform;
  /** Adds the route that it posts to, if it has one. Before the server listens. */
  register(fastify: FastifyInstance): void;
  /** Learns who we are, and connects where that is needed. A sentence for everything that is wrong; works on when it cannot be reached. */
  start(): Promise<readonly string[]>;
  /** What is wrong now, after `start`: the same sentences, asked anew. */
  problems(): Promise<readonly string[]>;
  /** Posts a card in each channel, edits it, reads it back where bots may, and takes it away, for `doctor`. Needs no `start`. */
  rehearse(): Promise<readonly RehearsalStep[]>;
  /** Why this user could never be a person of ours, asked anew; null when they could. Throws `Fault`. */
  whyBarred(userId: string): Promise<ChatUser["barred"]>;
  /** Waits for answers that are on their way, five seconds at most. */
  close(): Promise<void>;
}

/** Who did something on the platform, as signed by it. */
export interface ChatUser {
  readonly platform: PlatformName;
  readonly userId: string;
  /** Why this user can never be a person of ours, or null: a guest, a bot, a user of another workspace, or one that could not be looked up. */
  readonly barred: "guest" | "bot" | "other-workspace" | "unknown-user" | null;
}

/** Opens at once with `opening`; `fill` brings facts and Submit within two seconds. */
export interface DialogAnswer {
  readonly kind: "dialog";
  readonly opening: Dialog;
  readonly fill: () => Promise<Dialog>;
}

export type PressAnswer =
  | { readonly kind: "done" }
  /** Told to the clicker alone. */
  | { readonly kind: "told"; readonly text: string }
  /** Shown to the clicker alone. */
  | { readonly kind: "card"; readonly card: Card }
  | DialogAnswer;

export type SubmitAnswer =
  | { readonly kind: "done" }
  /** Field id -> what is wrong: shown in the dialog, which stays open. */
  | { readonly kind: "errors"; readonly problems: Readonly<Record<string, string>> }
  /** The dialog shows this sentence instead. */
  | { readonly kind: "told"; readonly text: string }
  /** The dialog goes on as this one. */
  | DialogAnswer;

export interface Submission {
  readonly user: ChatUser;
  readonly form: Form;
  /** Field id -> chosen values. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

export interface CommandReply {
  readonly card: Card;
  /** True when the asker wrote `share`: everybody in the place where it was asked may read it. Else the asker alone. */
  readonly isShared: boolean;
  /** Set where its pictures are still to be drawn: resolves true once this platform has them, and false when that is not to be waited for. */
  readonly follow?: () => Promise<boolean>;
}

/** What a platform calls. Every one answers within its budget of one second, or says to try again; none throws. */
export interface ChatHandlers {
  press(user: ChatUser, press: Press): Promise<PressAnswer>;
  submit(submission: Submission): Promise<SubmitAnswer>;
  /** `words` without the command's own name, e.g. `usage`, `today calls`. */
  command(user: ChatUser, command: string, words: string): Promise<CommandReply>;
  /** A button that nobody knows (an old version's, or a forged one): the sentence to show. Audited. */
  unknownPress(user: ChatUser, action: string): Promise<string>;
  /** What this person has to do, for their App Home. */
  home(user: ChatUser): Promise<Card>;
  /** The latest state of a message of ours as this person sees it; null when there is nothing to show to them. */
  view(user: ChatUser, subject: string): Promise<Card | null>;
  /** Where our message about this is on the platform, so that an answer can lead to it. */
  refOf(platform: PlatformName, subject: string): Promise<MessageRef | null>;
  /** A picture that the platform has taken, and the name that it gave it; null before. */
  pictureOf(platform: PlatformName, digest: string): Promise<TakenPicture | null>;
}
