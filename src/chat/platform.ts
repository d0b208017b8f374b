/** The port that a chat platform fits: what Tollgate needs from Slack or Teams, and what they may ask of Tollgate. */
import type { PlatformName } from "../audit/envelope.ts";
import type { Card, Dialog, Press } from "../notice/card.ts";

/** Where a message of ours is. Data, stored as it is. */
export interface MessageRef {
  readonly channelId: string;
  /** Slack: `ts`; Teams: activity id. */
  readonly messageId: string;
}

export type ChannelRole = "incident" | "audit";

export interface NewMessage {
  readonly card: Card;
  readonly channel: ChannelRole;
  /** Set: a reply in the thread of this message. */
  readonly thread: MessageRef | null;
}

/** Permalink or null: lets a card lead to another message of ours. */
export type LinkTo = (subject: string) => Promise<string | null>;

export interface ChatPlatform {
  readonly name: PlatformName;
  /** Throws `Fault`: `rate-limited` (nothing happened), `timeout`/`unavailable` (may have been posted: use `find` before posting again). */
  post(message: NewMessage, linkTo: LinkTo): Promise<MessageRef>;
  /**
   * Throws `Fault` of kind `not-found` when the message or its channel is gone. `when-there-is-room`: only figures moved, so it
   * leaves the platform's budget to what people did.
   */
  edit(ref: MessageRef, card: Card, linkTo: LinkTo, urgency: "now" | "when-there-is-room"): Promise<void>;
  /** The message that carries this subject in its metadata, if it was posted. */
  find(subject: string, channel: ChannelRole, thread: MessageRef | null): Promise<MessageRef | null>;
  permalink(ref: MessageRef): Promise<string | null>;
  /** A plain line in a channel (the audit channel's lines). */
  postLines(channel: ChannelRole, subject: string, lines: readonly string[]): Promise<MessageRef>;
  /** Told to one user alone. */
  whisper(userId: string, channel: ChannelRole, text: string): Promise<void>;
}

/** Who did something on the platform, as signed by it. */
export interface ChatUser {
  readonly platform: PlatformName;
  readonly userId: string;
  /** Why this user can never be a person of ours, or null: a guest, a bot, a user of another workspace, or one that could not be looked up. */
  readonly barred: "guest" | "bot" | "other-workspace" | "unknown-user" | null;
}

export type PressAnswer =
  | { readonly kind: "done" }
  /** Told to the clicker alone. */
  | { readonly kind: "told"; readonly text: string }
  /** Opens at once with `opening`; `fill` brings facts and Submit within two seconds. */
  | { readonly kind: "dialog"; readonly opening: Dialog; readonly fill: () => Promise<Dialog> };

export type SubmitAnswer =
  | { readonly kind: "done" }
  /** Field id -> what is wrong: shown in the dialog, which stays open. */
  | { readonly kind: "errors"; readonly problems: Readonly<Record<string, string>> }
  /** The dialog shows this sentence instead. */
  | { readonly kind: "told"; readonly text: string };

export interface Submission {
  readonly user: ChatUser;
  readonly previewId: string;
  /** Field id -> chosen values. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** What a platform calls. Every one answers within its budget of one second, or says to try again; none throws. */
export interface ChatHandlers {
  press(user: ChatUser, press: Press): Promise<PressAnswer>;
  submit(submission: Submission): Promise<SubmitAnswer>;
  /** `words` without the command's own name, e.g. `usage`, `today calls`. Answers a card for the asker alone. */
  command(user: ChatUser, command: string, words: string): Promise<Card>;
  /** A button that nobody knows (an old version's, or a forged one): the sentence to show. Audited. */
  unknownPress(user: ChatUser, action: string): Promise<string>;
}
