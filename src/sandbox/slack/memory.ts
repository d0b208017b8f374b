import { randomBytes } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import { FileStore } from "./file-store.ts";
import { isJson, type Json, objectsIn } from "./json.ts";
import { notifiedUsers } from "./mentions.ts";
import type {
  EphemeralMessage,
  SlackChange,
  SlackChannel,
  SlackMessage,
  SlackNotification,
  SlackView,
} from "./model.ts";
import type { SlackSeed } from "./seed.ts";
import { TicketBook } from "./tickets.ts";

export type NewMessage = Pick<SlackMessage, "channelId" | "threadTs" | "userId" | "text" | "blocks" | "metadata"> &
  Partial<Pick<SlackMessage, "files">>;

/** Everything that the workspace knows. Each change is told to the listeners, so that nobody has to poll. */
export class SlackMemory {
  readonly seed: SlackSeed;
  readonly clock: Clock;
  readonly tickets: TicketBook;
  readonly files = new FileStore();
  readonly notifications: SlackNotification[] = [];
  /** Counts changes: a page that has this revision is up to date. */
  revision = 0;

  readonly #channels = new Map<string, SlackChannel>();
  readonly #messages = new Map<string, SlackMessage>();
  readonly #ephemerals = new Map<string, EphemeralMessage>();
  readonly #views = new Map<string, SlackView>();
  readonly #listeners = new Set<(change: SlackChange) => void>();
  #lastMicros = 0;

  constructor(seed: SlackSeed, clock: Clock) {
    this.seed = seed;
    this.clock = clock;
    this.tickets = new TicketBook(clock);
    for (const channel of seed.channels) {
      this.#channels.set(channel.id, {
        ...channel,
        isArchived: channel.isArchived === true,
        isPrivate: channel.isPrivate === true,
      });
    }
  }

  onChange(listener: (change: SlackChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: SlackChange): void {
    this.revision += 1;
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** A message time stamp: seconds and microseconds, never twice the same, also when the clock stands still or steps back. */
  nextTs(): string {
    this.#lastMicros = Math.max(this.clock.now() * 1000, this.#lastMicros + 1);
    const digits = String(this.#lastMicros);
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  }

  channels(): readonly SlackChannel[] {
    return [...this.#channels.values()];
  }

  channel(id: string): SlackChannel | undefined {
    return this.#channels.get(id);
  }

  changeChannel(id: string, change: Partial<SlackChannel>): void {
    const channel = this.#channels.get(id);
    if (channel === undefined) throw new Error(`no channel ${id}`);
    this.#channels.set(id, { ...channel, ...change });
    this.#tell({ kind: "channel-changed", channelId: id });
  }

  /** The direct conversation between the app and this person, made when it is not there yet. */
  directChannel(userId: string): SlackChannel {
    const known = this.channels().find((channel) => channel.directWith === userId);
    if (known !== undefined) return known;
    const channel: SlackChannel = {
      id: `D0${userId.slice(2)}`,
      name: userId,
      isArchived: false,
      isPrivate: true,
      directWith: userId,
      members: [userId, this.seed.app.botUserId],
    };
    this.#channels.set(channel.id, channel);
    this.#tell({ kind: "channel-changed", channelId: channel.id });
    return channel;
  }

  /** Messages of a channel, thread answers included, oldest first. */
  messages(channelId: string): readonly SlackMessage[] {
    return [...this.#messages.values()].filter((message) => message.channelId === channelId);
  }

  message(channelId: string, ts: string): SlackMessage | undefined {
    return this.#messages.get(`${channelId}/${ts}`);
  }

  post(message: NewMessage): SlackMessage {
    const { app, users, groups } = this.seed;
    const posted: SlackMessage = {
      ...message,
      files: message.files ?? [],
      ts: this.nextTs(),
      isFromApp: message.userId === app.botUserId,
      blocks: withIds(message.blocks),
      editedTs: undefined,
    };
    this.#messages.set(`${posted.channelId}/${posted.ts}`, posted);
    this.#tell({ kind: "message-posted", message: posted });
    const channel = this.#channels.get(posted.channelId);
    if (channel === undefined) throw new Error(`no channel ${posted.channelId}`);
    for (const [userId, reason] of notifiedUsers(posted, { users, groups, channel })) {
      const { channelId, ts, threadTs } = posted;
      const notification: SlackNotification = { userId, channelId, ts, threadTs, reason };
      this.notifications.push(notification);
      this.#tell({ kind: "notified", notification });
    }
    return posted;
  }

  edit(message: SlackMessage, change: Pick<SlackMessage, "text" | "blocks" | "metadata">): SlackMessage {
    const edited: SlackMessage = { ...message, ...change, blocks: withIds(change.blocks), editedTs: this.nextTs() };
    this.#messages.set(`${message.channelId}/${message.ts}`, edited);
    this.#tell({ kind: "message-edited", message: edited });
    return edited;
  }

  remove(message: SlackMessage): void {
    this.#messages.delete(`${message.channelId}/${message.ts}`);
    this.#tell({ kind: "message-deleted", message });
  }

  ephemerals(): readonly EphemeralMessage[] {
    return [...this.#ephemerals.values()];
  }

  ephemeral(ts: string): EphemeralMessage | undefined {
    return this.#ephemerals.get(ts);
  }

  postEphemeral(message: Omit<EphemeralMessage, "ts">, replacedTs?: string): EphemeralMessage {
    const posted: EphemeralMessage = { ...message, blocks: withIds(message.blocks), ts: replacedTs ?? this.nextTs() };
    this.#ephemerals.set(posted.ts, posted);
    this.#tell({ kind: "ephemeral-posted", message: posted });
    return posted;
  }

  removeEphemeral(ts: string): void {
    const message = this.#ephemerals.get(ts);
    if (message === undefined) return;
    this.#ephemerals.delete(ts);
    this.#tell({ kind: "ephemeral-removed", message });
  }

  views(): readonly SlackView[] {
    return [...this.#views.values()];
  }

  view(id: string): SlackView | undefined {
    return this.#views.get(id);
  }

  openView(userId: string, definition: Json, previous?: SlackView): SlackView {
    const id = `V0${randomBytes(5).toString("hex").toUpperCase()}`;
    const view: SlackView = {
      id,
      userId,
      type: definition["type"] === "home" ? "home" : "modal",
      rootViewId: previous?.rootViewId ?? id,
      previousViewId: previous?.id,
      hash: this.#newHash(),
      definition: { ...definition, blocks: withIds(blocksOf(definition)) },
      values: {},
      errors: {},
    };
    this.#views.set(id, view);
    this.#tell({ kind: "view-opened", view });
    return view;
  }

  changeView(view: SlackView, change: Partial<Pick<SlackView, "definition" | "values" | "errors">>): SlackView {
    const definition = change.definition && { ...change.definition, blocks: withIds(blocksOf(change.definition)) };
    const changed: SlackView = {
      ...view,
      ...change,
      ...(definition === undefined ? {} : { definition, hash: this.#newHash() }),
    };
    this.#views.set(view.id, changed);
    this.#tell({ kind: "view-updated", view: changed });
    return changed;
  }

  closeView(view: SlackView): void {
    this.#views.delete(view.id);
    this.#tell({ kind: "view-closed", view });
  }

  #newHash(): string {
    return `${Math.floor(this.clock.now() / 1000)}.${randomBytes(4).toString("hex")}`;
  }
}

function blocksOf(definition: Json): readonly Json[] {
  return objectsIn(definition["blocks"]);
}

/** Slack gives a random id to each block, and to each element that people can use, which came without one. */
function withIds(blocks: readonly Json[]): readonly Json[] {
  return blocks.map((block) => {
    const named: Json = { ...block, block_id: block["block_id"] ?? shortId() };
    const elements = named["elements"];
    if (named["type"] !== "actions") return withElementId(withElementId(named, "accessory"), "element");
    return { ...named, elements: objectsIn(elements).map(withActionId) };
  });
}

function withElementId(block: Json, field: "accessory" | "element"): Json {
  const element = block[field];
  return isJson(element) && element["type"] !== "image" ? { ...block, [field]: withActionId(element) } : block;
}

function withActionId(element: Json): Json {
  return { ...element, action_id: element["action_id"] ?? shortId() };
}

function shortId(): string {
  return randomBytes(3).toString("base64url");
}
