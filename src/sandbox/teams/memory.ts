import { randomUUID } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import type { Json } from "../slack/json.ts";
import type {
  MessageBody,
  PersonalView,
  TeamsChange,
  TeamsConversation,
  TeamsDialog,
  TeamsMessage,
  TeamsNote,
  TeamsNotification,
} from "./model.ts";
import type { SeedTeamsUser, TeamsSeed } from "./seed.ts";

type NewTeamsMessage = Omit<TeamsMessage, "id" | "atMs" | "editedAtMs">;

/** Everything that the tenant knows. Each change is told to the listeners, so that nobody has to poll. */
export class TeamsMemory {
  readonly seed: TeamsSeed;
  readonly clock: Clock;
  readonly notifications: TeamsNotification[] = [];
  /** Counts changes: a page that has this revision is up to date. */
  revision = 0;
  /** False while Teams plays dead. */
  isUp = true;

  readonly #conversations = new Map<string, TeamsConversation>();
  readonly #messages = new Map<string, TeamsMessage>();
  readonly #views = new Map<string, PersonalView>();
  readonly #notes = new Map<string, TeamsNote>();
  readonly #dialogs = new Map<string, TeamsDialog>();
  readonly #listeners = new Set<(change: TeamsChange) => void>();
  #lastId = 0;

  constructor(seed: TeamsSeed, clock: Clock) {
    this.seed = seed;
    this.clock = clock;
    const userIds = seed.users.map((user) => user.id);
    for (const channel of seed.channels) {
      const conversation = { ...channel, kind: "channel", userIds, hasBot: true, isDeleted: false } as const;
      this.#conversations.set(channel.id, conversation);
    }
    for (const userId of seed.personalApp) this.#startChat(userId);
  }

  get botId(): string {
    return `28:${this.seed.bot.appId}`;
  }

  onChange(listener: (change: TeamsChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: TeamsChange): void {
    this.revision += 1;
    for (const listener of [...this.#listeners]) listener(change);
  }

  setUp(isUp: boolean): void {
    this.isUp = isUp;
    this.#tell({ kind: isUp ? "came-back" : "went-down" });
  }

  /** By object id, or by what Teams calls the user. */
  user(id: string): SeedTeamsUser | undefined {
    return this.seed.users.find((user) => user.id === id || user.mri === id || `8:orgid:${user.id}` === id);
  }

  conversations(): readonly TeamsConversation[] {
    return [...this.#conversations.values()];
  }

  conversation(id: string): TeamsConversation | undefined {
    return this.#conversations.get(id);
  }

  changeConversation(id: string, change: Partial<Pick<TeamsConversation, "hasBot" | "isDeleted">>): void {
    const conversation = this.#conversations.get(id);
    if (conversation === undefined) throw new Error(`no conversation ${id}`);
    this.#conversations.set(id, { ...conversation, ...change });
    this.#tell({ kind: "conversation-changed", conversationId: id });
  }

  /** The chat between the bot and this user; undefined for who does not have the app. */
  personalChat(userId: string): TeamsConversation | undefined {
    return this.#conversations.get(chatId(userId));
  }

  #startChat(userId: string): void {
    const id = chatId(userId);
    const { name } = this.seed.bot;
    const state = { hasBot: true, isDeleted: false, topic: "" };
    this.#conversations.set(id, { id, kind: "personal", name, userIds: [userId], ...state });
  }

  /** Oldest first. */
  messages(): readonly TeamsMessage[] {
    return [...this.#messages.values()];
  }

  message(id: string): TeamsMessage | undefined {
    return this.#messages.get(id);
  }

  post(message: NewTeamsMessage): TeamsMessage {
    this.#lastId = Math.max(this.clock.now(), this.#lastId + 1);
    const posted: TeamsMessage = {
      ...message,
      id: String(this.#lastId),
      atMs: this.clock.now(),
      editedAtMs: undefined,
    };
    this.#messages.set(posted.id, posted);
    this.#tell({ kind: "message-posted", message: posted });
    this.#notify(posted);
    return posted;
  }

  #notify(message: TeamsMessage): void {
    const { id: messageId, conversationId, threadId } = message;
    const conversation = this.#conversations.get(conversationId);
    const isPersonal = conversation?.kind === "personal";
    for (const userId of conversation?.userIds ?? []) {
      const isMentioned = message.mentions.some((mention) => mention.userId === userId);
      if (userId === message.from || !(isPersonal || isMentioned)) continue;
      const reason = isPersonal ? "personal-chat" : "mention";
      const notification: TeamsNotification = { userId, conversationId, messageId, threadId, reason };
      this.notifications.push(notification);
      this.#tell({ kind: "notified", notification });
    }
  }

  edit(message: TeamsMessage, change: MessageBody): TeamsMessage {
    const edited: TeamsMessage = { ...message, ...change, editedAtMs: this.clock.now() };
    this.#messages.set(message.id, edited);
    // Everybody sees the new one now, until their own view is asked for again.
    for (const view of this.views().filter((each) => each.messageId === message.id)) this.#dropView(view);
    this.#tell({ kind: "message-edited", message: edited });
    return edited;
  }

  remove(message: TeamsMessage): void {
    this.#messages.delete(message.id);
    this.#tell({ kind: "message-deleted", message });
  }

  views(): readonly PersonalView[] {
    return [...this.#views.values()];
  }

  view(userId: string, messageId: string): PersonalView | undefined {
    return this.#views.get(`${userId} ${messageId}`);
  }

  setView(userId: string, messageId: string, card: Json): void {
    this.#views.set(`${userId} ${messageId}`, { userId, messageId, card });
    this.#tell({ kind: "personal-view-changed", userId, messageId });
  }

  #dropView({ userId, messageId }: PersonalView): void {
    this.#views.delete(`${userId} ${messageId}`);
    this.#tell({ kind: "personal-view-changed", userId, messageId });
  }

  notes(): readonly TeamsNote[] {
    return [...this.#notes.values()];
  }

  /** One at a time under a card: the next takes the place of the one before. */
  showNote(note: Omit<TeamsNote, "id" | "atMs">): TeamsNote {
    for (const known of this.notes()) {
      if (known.userId === note.userId && known.messageId === note.messageId) this.removeNote(known.id);
    }
    const shown: TeamsNote = { ...note, id: randomUUID(), atMs: this.clock.now() };
    this.#notes.set(shown.id, shown);
    this.#tell({ kind: "note-shown", note: shown });
    return shown;
  }

  removeNote(id: string): void {
    const note = this.#notes.get(id);
    if (note === undefined) return;
    this.#notes.delete(id);
    this.#tell({ kind: "note-removed", note });
  }

  dialogs(): readonly TeamsDialog[] {
    return [...this.#dialogs.values()];
  }

  dialog(id: string): TeamsDialog | undefined {
    return this.#dialogs.get(id);
  }

  openDialog(dialog: Omit<TeamsDialog, "id">): TeamsDialog {
    const opened: TeamsDialog = { ...dialog, id: randomUUID() };
    this.#dialogs.set(opened.id, opened);
    this.#tell({ kind: "dialog-opened", dialog: opened });
    return opened;
  }

  changeDialog(dialog: TeamsDialog, change: Pick<TeamsDialog, "title" | "card" | "text">): TeamsDialog {
    const changed: TeamsDialog = { ...dialog, ...change };
    this.#dialogs.set(dialog.id, changed);
    this.#tell({ kind: "dialog-updated", dialog: changed });
    return changed;
  }

  closeDialog(dialog: TeamsDialog): void {
    this.#dialogs.delete(dialog.id);
    this.#tell({ kind: "dialog-closed", dialog });
  }
}

function chatId(userId: string): string {
  return `a:1${userId.replaceAll("-", "")}_chat`;
}
