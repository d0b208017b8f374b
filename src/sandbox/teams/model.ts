import type { Json } from "../slack/json.ts";

/** A user named in a message, so that Teams tells them. */
export interface TeamsMention {
  /** The Entra object id, or the bot's id. */
  readonly userId: string;
  /** As it stands in the text, e.g. `Ann Ito`. */
  readonly name: string;
}

/** A message as the tenant keeps it. */
export interface TeamsMessage {
  /** Milliseconds since 1970 as text, never twice the same. */
  readonly id: string;
  /** A channel (`19:…@thread.tacv2`) or a personal chat (`a:…`), without `;messageid=`. */
  readonly conversationId: string;
  /** The message that began the thread; undefined when it is itself the first, or in a personal chat. */
  readonly threadId: string | undefined;
  /** The Entra object id, or the bot's id (`28:…`). */
  readonly from: string;
  readonly text: string;
  readonly textFormat: "plain" | "markdown" | "xml";
  /** What a notification says of a message that is only a card. */
  readonly summary: string;
  /** An Adaptive Card as the bot sent it. */
  readonly card: Json | undefined;
  readonly mentions: readonly TeamsMention[];
  readonly atMs: number;
  readonly editedAtMs: number | undefined;
}

/** What its author says; an edit brings all of it anew. */
export type MessageBody = Pick<TeamsMessage, "text" | "textFormat" | "summary" | "card" | "mentions">;

/** A card that one user sees in place of the message's own; gone as soon as the bot edits the message. */
export interface PersonalView {
  readonly userId: string;
  readonly messageId: string;
  readonly card: Json;
}

/** What the bot answered to one user's press, shown to that user alone under the card. Teams keeps no history of it. */
export interface TeamsNote {
  readonly id: string;
  readonly userId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly text: string;
  readonly atMs: number;
}

/** A dialog ("task module") that one user has open: a card, or only a sentence. */
export interface TeamsDialog {
  readonly id: string;
  readonly userId: string;
  readonly conversationId: string;
  /** The message whose button opened it. */
  readonly messageId: string;
  readonly title: string;
  readonly card: Json | undefined;
  readonly text: string | undefined;
}

/** Why a new message disturbed somebody. An edit never does. */
export interface TeamsNotification {
  readonly userId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly threadId: string | undefined;
  readonly reason: "mention" | "personal-chat";
}

export interface TeamsConversation {
  readonly id: string;
  readonly kind: "channel" | "personal";
  readonly name: string;
  readonly topic: string;
  /** Object ids of the people in it. */
  readonly userIds: readonly string[];
  /** False: the app was removed from it, and the bot hears and says nothing there. */
  readonly hasBot: boolean;
  readonly isDeleted: boolean;
}

/** What happened in the tenant, for those who wait for it. */
export type TeamsChange =
  | { readonly kind: "message-posted" | "message-edited" | "message-deleted"; readonly message: TeamsMessage }
  | { readonly kind: "personal-view-changed"; readonly userId: string; readonly messageId: string }
  | { readonly kind: "note-shown" | "note-removed"; readonly note: TeamsNote }
  | { readonly kind: "dialog-opened" | "dialog-updated" | "dialog-closed"; readonly dialog: TeamsDialog }
  | { readonly kind: "notified"; readonly notification: TeamsNotification }
  | { readonly kind: "conversation-changed"; readonly conversationId: string }
  | { readonly kind: "went-down" | "came-back" };
