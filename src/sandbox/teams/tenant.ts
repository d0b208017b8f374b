import type { Json } from "../slack/json.ts";
import { isJson, textAt } from "../slack/json.ts";
import { installationActivity, type Situation } from "./activities.ts";
import type { BotConnection, Delivery } from "./bot-connection.ts";
import { findTitled } from "./find-action.ts";
import type { DialogResult, ExecuteResult, Interactions, SayOptions, SayResult } from "./interactions.ts";
import type { TeamsMemory } from "./memory.ts";
import type {
  TeamsChange,
  TeamsConversation,
  TeamsDialog,
  TeamsMessage,
  TeamsNote,
  TeamsNotification,
} from "./model.ts";
import type { TokenChange } from "./tokens.ts";

/** The tenant as its people have it: they read, press, fill in, write. Nothing here goes around the bot's HTTP door. */
export class TeamsTenant {
  readonly #memory: TeamsMemory;
  readonly #bot: BotConnection;
  readonly #interactions: Interactions;
  readonly #serviceUrl: () => string;

  constructor(memory: TeamsMemory, bot: BotConnection, interactions: Interactions, serviceUrl: () => string) {
    this.#memory = memory;
    this.#bot = bot;
    this.#interactions = interactions;
    this.#serviceUrl = serviceUrl;
  }

  /** Writes as a person; see `SayOptions` for a mention and for a thread. */
  say(userId: string, conversationId: string, text: string, options: SayOptions = {}): Promise<SayResult> {
    return this.#interactions.say(userId, conversationId, text, options);
  }

  /** Presses an Action.Execute in the card that this person sees. `data`: the action's own with inputs; may be left out. */
  execute(userId: string, messageId: string, verb: string, data?: Json): Promise<ExecuteResult> {
    return this.#interactions.execute(userId, messageId, verb, data);
  }

  /** Presses an Action.Submit in a message: a dialog opens, or the bot gets a message with a value. */
  submit(userId: string, messageId: string, data?: Json): Promise<DialogResult> {
    return this.#interactions.submit(userId, messageId, data);
  }

  /** Presses the button with this title, whatever it does. Throws, with what is there instead, when it is not there. */
  async press(userId: string, messageId: string, title: string): Promise<ExecuteResult | DialogResult> {
    const card = this.card(userId, messageId);
    if (card === undefined) throw new Error(`${userId} sees no card in ${messageId}`);
    const action = findTitled(card, title);
    const data = isJson(action["data"]) ? action["data"] : {};
    if (action["type"] === "Action.Submit") return this.submit(userId, messageId, data);
    return this.execute(userId, messageId, textAt(action, "verb") ?? "", data);
  }

  /** Fills in an open dialog and sends it. `data`: the inputs by id; the button's own data are added. */
  submitDialog(userId: string, dialogId: string, data: Json = {}): Promise<DialogResult> {
    return this.#interactions.submitDialog(userId, dialogId, data);
  }

  /** Closes a dialog without sending it; the bot hears nothing of it. */
  closeDialog(userId: string, dialogId: string): void {
    this.#interactions.closeDialog(userId, dialogId);
  }

  /** What Teams does by itself for users whom a card names: asks the bot for their own view. */
  refresh(userId: string, messageId: string): Promise<ExecuteResult> {
    return this.#interactions.refresh(userId, messageId);
  }

  /** Adds the app to a conversation, or takes it away: then the bot hears and says nothing there. */
  async install(conversationId: string, by: string, action: "add" | "remove" = "add"): Promise<Delivery> {
    const user = this.#memory.user(by);
    const conversation = this.#memory.conversation(conversationId);
    if (user === undefined || conversation === undefined) throw new Error(`no ${by} or no ${conversationId}`);
    this.#memory.changeConversation(conversationId, { hasBot: action === "add" });
    const situation: Situation = { user, conversation, threadId: undefined };
    return this.#bot.deliver(installationActivity(this.#memory, this.#serviceUrl(), situation, action));
  }

  /** Sends any activity, with any token: what a forger would try. */
  deliver(activity: Json, token: TokenChange = {}): Promise<Delivery> {
    return this.#bot.deliver(activity, token);
  }

  conversation(id: string): TeamsConversation | undefined {
    return this.#memory.conversation(id);
  }

  /** The chat between this person and the bot; undefined for who does not have the app. */
  personalChat(userId: string): TeamsConversation | undefined {
    return this.#memory.personalChat(userId);
  }

  /** Messages of the channel or chat itself, oldest first; answers in threads are in `thread`. */
  messages(conversationId: string): readonly TeamsMessage[] {
    return this.#memory
      .messages()
      .filter((message) => message.conversationId === conversationId && message.threadId === undefined);
  }

  /** The message that began a thread, then its answers, oldest first. */
  thread(messageId: string): readonly TeamsMessage[] {
    return this.#memory.messages().filter((message) => message.id === messageId || message.threadId === messageId);
  }

  message(id: string): TeamsMessage | undefined {
    return this.#memory.message(id);
  }

  /** The card as this person sees it: their own view, else the message's. */
  card(userId: string, messageId: string): Json | undefined {
    return this.#memory.view(userId, messageId)?.card ?? this.#memory.message(messageId)?.card;
  }

  /** The person's open dialogs; the last one is on top. */
  dialogs(userId: string): readonly TeamsDialog[] {
    return this.#memory.dialogs().filter((dialog) => dialog.userId === userId);
  }

  /** What only this person sees under cards, oldest first. */
  notes(userId: string): readonly TeamsNote[] {
    return this.#memory.notes().filter((note) => note.userId === userId);
  }

  /** Whom new messages disturbed, in order: everybody, or one person. */
  notifications(userId?: string): readonly TeamsNotification[] {
    return this.#memory.notifications.filter((each) => userId === undefined || each.userId === userId);
  }

  /** Every activity that went to the bot. */
  get deliveries(): readonly Delivery[] {
    return this.#bot.deliveries;
  }

  /** Somebody with the right to do so takes a message away. */
  deleteMessage(messageId: string): void {
    const message = this.#memory.message(messageId);
    if (message === undefined) throw new Error(`there is no message ${messageId}`);
    this.#memory.remove(message);
  }

  /** Calls the listener after each change; the answer ends that. */
  onChange(listener: (change: TeamsChange) => void): () => void {
    return this.#memory.onChange(listener);
  }

  /** Waits until `look` finds something, looking again after each change. */
  async until<Found>(what: string, look: () => Found | undefined, withinMs = 10_000): Promise<Found> {
    const first = look();
    if (first !== undefined) return first;
    return new Promise((resolve, reject) => {
      const stop = this.onChange(() => {
        const found = look();
        if (found === undefined) return;
        end();
        resolve(found);
      });
      const timer = setTimeout(() => {
        end();
        reject(new Error(`waited ${withinMs} ms in vain for ${what}`));
      }, withinMs);
      const end = () => {
        clearTimeout(timer);
        stop();
      };
    });
  }
}
