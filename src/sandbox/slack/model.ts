import type { Json } from "./json.ts";
import type { SeedChannel } from "./seed.ts";

/** A file that was shared in a message. `text` is empty for a picture. */
export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly bytes: number;
}

/** A message as the workspace keeps it; `blocks` are as posted, with the block and action ids that Slack adds. */
export interface SlackMessage {
  readonly channelId: string;
  readonly ts: string;
  /** The thread that it answers in; undefined for a message of the channel itself. */
  readonly threadTs: string | undefined;
  readonly userId: string;
  readonly isFromApp: boolean;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly metadata: Json | undefined;
  readonly files: readonly SlackFile[];
  /** The time stamp of the last edit; undefined when it was never edited. */
  readonly editedTs: string | undefined;
}

/** A message that one person sees. Slack keeps no history of it. */
export interface EphemeralMessage {
  readonly userId: string;
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly text: string;
  readonly blocks: readonly Json[];
}

/** What a person typed or chose, by `<block id>.<action id>`. */
export type ViewValues = Readonly<Record<string, string | readonly string[] | null>>;

export interface SlackView {
  readonly id: string;
  readonly userId: string;
  readonly type: "modal" | "home";
  readonly rootViewId: string;
  readonly previousViewId: string | undefined;
  readonly hash: string;
  /** The view as the app sent it, with block and action ids filled in. */
  readonly definition: Json;
  readonly values: ViewValues;
  /** What the app last said is wrong, by block id. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Why a new message disturbed somebody. An edit never does. */
export interface SlackNotification {
  readonly userId: string;
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly reason: "mention" | "user-group" | "channel" | "direct-message";
}

export interface SlackChannel extends SeedChannel {
  readonly isArchived: boolean;
  readonly isPrivate: boolean;
  /** The person at the other end of a direct conversation with the app. */
  readonly directWith?: string;
}

/** What happened in the workspace, for those who wait for it. */
export type SlackChange =
  | { readonly kind: "message-posted" | "message-edited" | "message-deleted"; readonly message: SlackMessage }
  | { readonly kind: "ephemeral-posted" | "ephemeral-removed"; readonly message: EphemeralMessage }
  | { readonly kind: "view-opened" | "view-updated" | "view-closed"; readonly view: SlackView }
  | { readonly kind: "notified"; readonly notification: SlackNotification }
  | { readonly kind: "channel-changed"; readonly channelId: string };
