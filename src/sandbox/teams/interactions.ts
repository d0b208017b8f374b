import { isJson, type Json, parseJson, textAt } from "../slack/json.ts";
import { invokeActivity, messageActivity, type Situation, valueActivity } from "./activities.ts";
import type { BotConnection, Delivery } from "./bot-connection.ts";
import { cardProblems } from "./card-checks.ts";
import { findAction, missingInputs } from "./find-action.ts";
import type { TeamsMemory } from "./memory.ts";
import type { TeamsDialog, TeamsMessage, TeamsNote } from "./model.ts";

export interface ActResult {
  readonly ok: boolean;
  /** The bot's HTTP status; undefined when it did not answer in time or was not asked. */
  readonly status: number | undefined;
  /** What Teams would show the person because the bot failed; undefined when it did not. */
  readonly errorShown: string | undefined;
}

export interface SayResult extends ActResult {
  readonly message: TeamsMessage;
}

export interface ExecuteResult extends ActResult {
  /** The card that this user sees in place of the message's own now. */
  readonly card: Json | undefined;
  /** The sentence that this user sees under the card. */
  readonly note: TeamsNote | undefined;
}

export interface DialogResult extends ActResult {
  /** The dialog as it is now; undefined when none is open. */
  readonly dialog: TeamsDialog | undefined;
  /** What Teams' own client says is missing, by input id: then nothing was sent. */
  readonly missing: Readonly<Record<string, string>>;
}

export interface SayOptions {
  /** Puts `@Tollgate` before the text. */
  readonly mentionsBot?: boolean;
  readonly threadId?: string;
}

const SHOWN = {
  action: "Something went wrong. Please try again.",
  dialog: "Unable to reach app. Please try again.",
  down: "Teams cannot be reached.",
} as const;

const CARD = "application/vnd.microsoft.card.adaptive";
const MESSAGE = "application/vnd.microsoft.activity.message";

/** Turns what people do into signed activities, and the bot's answers into what people see. */
export class Interactions {
  readonly #memory: TeamsMemory;
  readonly #bot: BotConnection;
  readonly #serviceUrl: () => string;

  constructor(memory: TeamsMemory, bot: BotConnection, serviceUrl: () => string) {
    this.#memory = memory;
    this.#bot = bot;
    this.#serviceUrl = serviceUrl;
  }

  /** In a channel the bot hears what mentions it, unless it may read everything; in its own chat it hears all. */
  async say(userId: string, conversationId: string, text: string, options: SayOptions): Promise<SayResult> {
    const { mentionsBot = false, threadId } = options;
    const { seed, botId } = this.#memory;
    const conversation = this.#conversation(userId, conversationId);
    const message = this.#memory.post({
      conversationId,
      threadId,
      from: userId,
      text: mentionsBot ? `<at>${seed.bot.name}</at> ${text}` : text,
      textFormat: "plain",
      summary: "",
      card: undefined,
      mentions: mentionsBot ? [{ userId: botId, name: seed.bot.name }] : [],
    });
    const isHeard = conversation.kind === "personal" || mentionsBot || seed.readsAllMessages;
    if (!isHeard || !conversation.hasBot) return { ok: true, status: undefined, errorShown: undefined, message };
    // What begins a thread is the first message of it.
    const thread = conversation.kind === "channel" ? (threadId ?? message.id) : undefined;
    const situation = this.#situation(userId, conversationId, thread);
    const delivery = await this.#deliver(messageActivity(this.#memory, this.#serviceUrl(), situation, message));
    return { ...result(delivery, SHOWN.action), message };
  }

  async execute(userId: string, messageId: string, verb: string, data?: Json): Promise<ExecuteResult> {
    const { message, card } = this.#seen(userId, messageId);
    const action = findAction(card, { type: "Action.Execute", verb }, data);
    return this.#executed(userId, message, { ...action, data: data ?? action["data"] ?? {} }, "manual");
  }

  /** Teams asks for a user's own view when it shows the message to somebody whom the card names, or after an edit. */
  async refresh(userId: string, messageId: string): Promise<ExecuteResult> {
    const { message } = this.#seen(userId, messageId);
    const { refresh } = message.card ?? {};
    if (!this.#refreshesFor(userId, message) || !isJson(refresh) || !isJson(refresh["action"])) {
      return { ...unsent(false), card: undefined, note: undefined };
    }
    return this.#executed(userId, message, refresh["action"], "automatic");
  }

  /** Without `userIds` a card refreshes for everybody, but only in small conversations; all of ours are small. */
  #refreshesFor(userId: string, message: TeamsMessage): boolean {
    const { refresh } = message.card ?? {};
    if (!isJson(refresh)) return false;
    const { userIds } = refresh;
    return !Array.isArray(userIds) || userIds.some((id) => this.#memory.user(String(id))?.id === userId);
  }

  async #executed(
    userId: string,
    message: TeamsMessage,
    action: Json,
    trigger: "manual" | "automatic",
  ): Promise<ExecuteResult> {
    const { type, title, id, verb, data } = action;
    const sent = { type, title: title ?? "", id: id ?? "", verb, data: data ?? {} };
    const value = { action: sent, trigger };
    const delivery = await this.#invoke(userId, message, "adaptiveCard/action", value);
    const outcome = result(delivery, SHOWN.action);
    const failed = (words: string = SHOWN.action): ExecuteResult => ({
      ...outcome,
      ok: false,
      errorShown: trigger === "automatic" ? undefined : words,
      card: undefined,
      note: undefined,
    });
    const answer = parseJson(delivery.answer);
    if (!outcome.ok) return failed(outcome.errorShown);
    if (!isJson(answer) || answer["statusCode"] !== 200) return failed(textAt(answer, "value", "message"));
    const { type: kind, value: said } = answer;
    if (kind === CARD && isJson(said) && cardProblems(said).length === 0) {
      // The message may have been deleted while the bot was thinking.
      if (this.#memory.message(message.id) !== undefined) this.#memory.setView(userId, message.id, said);
      return { ...outcome, card: said, note: undefined };
    }
    if (kind === MESSAGE && typeof said === "string") {
      const place = { userId, conversationId: message.conversationId, messageId: message.id };
      const note = trigger === "automatic" ? undefined : this.#memory.showNote({ ...place, text: said });
      return { ...outcome, card: undefined, note };
    }
    return failed();
  }

  /** Presses Action.Submit in a message: asks for a dialog when its data say so, else sends a message with a value. */
  async submit(userId: string, messageId: string, data?: Json): Promise<DialogResult> {
    const { message, card } = this.#seen(userId, messageId);
    const action = findAction(card, { type: "Action.Submit" }, data);
    const sent = data ?? (isJson(action["data"]) ? action["data"] : {});
    if (textAt(sent, "msteams", "type") !== "task/fetch") {
      const situation = this.#situation(userId, message.conversationId, threadOf(this.#memory, message));
      const pressed = { messageId, data: sent };
      const delivery = await this.#deliver(valueActivity(this.#memory, this.#serviceUrl(), situation, pressed));
      return { ...result(delivery, SHOWN.action), dialog: undefined, missing: {} };
    }
    const value = { data: sent, context: { theme: "default" } };
    const delivery = await this.#invoke(userId, message, "task/fetch", value);
    const place = { userId, conversationId: message.conversationId, messageId };
    return this.#continued(delivery, (shown) => this.#memory.openDialog({ ...place, ...shown }));
  }

  async submitDialog(userId: string, dialogId: string, data: Json): Promise<DialogResult> {
    const dialog = this.#dialog(userId, dialogId);
    if (dialog.card === undefined) throw new Error("the dialog has nothing to send");
    const missing = missingInputs(dialog.card, data);
    if (Object.keys(missing).length > 0) return { ...unsent(true), dialog, missing };
    const action = findAction(dialog.card, { type: "Action.Submit" }, data);
    const message = this.#memory.message(dialog.messageId);
    if (message === undefined) throw new Error("the message that opened the dialog is gone");
    const value = {
      data: { ...(isJson(action["data"]) ? action["data"] : {}), ...data },
      context: { theme: "default" },
    };
    const delivery = await this.#invoke(userId, message, "task/submit", value);
    return this.#continued(
      delivery,
      (shown) => this.#memory.changeDialog(dialog, shown),
      () => this.#memory.closeDialog(dialog),
      dialog,
    );
  }

  closeDialog(userId: string, dialogId: string): void {
    this.#memory.closeDialog(this.#dialog(userId, dialogId));
  }

  /** Follows the bot's answer about a dialog: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots */
  #continued(
    delivery: Delivery,
    show: (shown: Pick<TeamsDialog, "title" | "card" | "text">) => TeamsDialog,
    close: () => void = () => undefined,
    dialog?: TeamsDialog,
  ): DialogResult {
    const outcome = result(delivery, SHOWN.dialog);
    if (!outcome.ok) return { ...outcome, dialog, missing: {} };
    const answer = delivery.answer.trim() === "" ? {} : parseJson(delivery.answer);
    const task = isJson(answer) ? answer["task"] : undefined;
    const value = isJson(task) ? task["value"] : undefined;
    if (isJson(task) && task["type"] === "continue") {
      const card = isJson(value) && isJson(value["card"]) ? value["card"]["content"] : undefined;
      if (isJson(card) && cardProblems(card).length === 0) {
        const shown = show({ title: textAt(value, "title") ?? "", card, text: undefined });
        return { ...outcome, dialog: shown, missing: {} };
      }
      return { ...outcome, ok: false, errorShown: SHOWN.dialog, dialog, missing: {} };
    }
    if (isJson(task) && task["type"] === "message" && typeof value === "string") {
      const shown = show({ title: dialog?.title ?? this.#memory.seed.bot.name, card: undefined, text: value });
      return { ...outcome, dialog: shown, missing: {} };
    }
    if (task !== undefined && task !== null)
      return { ...outcome, ok: false, errorShown: SHOWN.dialog, dialog, missing: {} };
    close();
    return { ...outcome, dialog: undefined, missing: {} };
  }

  #invoke(
    userId: string,
    message: TeamsMessage,
    name: "adaptiveCard/action" | "task/fetch" | "task/submit",
    value: Json,
  ): Promise<Delivery> {
    const situation = this.#situation(userId, message.conversationId, threadOf(this.#memory, message));
    const invoke = { name, messageId: message.id, value };
    return this.#deliver(invokeActivity(this.#memory, this.#serviceUrl(), situation, invoke));
  }

  #deliver(activity: Json): Promise<Delivery> {
    if (!this.#memory.isUp) throw new Error(SHOWN.down);
    return this.#bot.deliver(activity);
  }

  #situation(userId: string, conversationId: string, threadId: string | undefined): Situation {
    const conversation = this.#conversation(userId, conversationId);
    const user = this.#memory.user(userId);
    if (user === undefined) throw new Error(`no user ${userId}`);
    return { user, conversation, threadId };
  }

  #conversation(userId: string, conversationId: string) {
    const conversation = this.#memory.conversation(conversationId);
    if (conversation?.userIds.includes(userId) !== true || conversation.isDeleted) {
      throw new Error(`${userId} is not in the conversation ${conversationId}`);
    }
    return conversation;
  }

  /** The message, and the card as this user sees it. */
  #seen(userId: string, messageId: string): { readonly message: TeamsMessage; readonly card: Json } {
    const message = this.#memory.message(messageId);
    if (message === undefined) throw new Error(`there is no message ${messageId}`);
    this.#conversation(userId, message.conversationId);
    const card = this.#memory.view(userId, messageId)?.card ?? message.card;
    if (card === undefined) throw new Error(`the message ${messageId} has no card`);
    return { message, card };
  }

  #dialog(userId: string, dialogId: string): TeamsDialog {
    const dialog = this.#memory.dialog(dialogId);
    if (dialog?.userId !== userId) throw new Error(`${userId} has no open dialog ${dialogId}`);
    return dialog;
  }
}

function threadOf(memory: TeamsMemory, message: TeamsMessage): string | undefined {
  const isChannel = memory.conversation(message.conversationId)?.kind === "channel";
  return isChannel ? (message.threadId ?? message.id) : undefined;
}

function unsent(ok: boolean): ActResult {
  return { ok, status: undefined, errorShown: undefined };
}

function result(delivery: Delivery, errorShown: string): ActResult {
  const ok = delivery.problem === "none";
  return { ok, status: delivery.status, errorShown: ok ? undefined : errorShown };
}
