import type { AppConnection, Delivery } from "./app-connection.ts";
import type { Retry } from "./http-delivery.ts";
import { type ActResult, Interactions, type SubmitResult } from "./interactions.ts";
import type { Json } from "./json.ts";
import type { SlackMemory } from "./memory.ts";
import type { EphemeralMessage, SlackChange, SlackMessage, SlackNotification, SlackView, ViewValues } from "./model.ts";
import { eventCallback, homeOpened } from "./payloads.ts";

/** The workspace as its people have it: they read, press, fill in, type commands. Nothing here goes around the app's door. */
export class SlackWorkspace {
  readonly #memory: SlackMemory;
  readonly #app: AppConnection;
  readonly #interactions: Interactions;

  constructor(memory: SlackMemory, app: AppConnection, standInUrl: () => string) {
    this.#memory = memory;
    this.#app = app;
    this.#interactions = new Interactions(memory, app, standInUrl);
  }

  /**
   * Presses a button, or chooses the option `value` of a menu, in a message that this person sees. Throws when it is not
   * there. The answer tells what the person would see when the app failed.
   */
  click(
    userId: string,
    channelId: string,
    messageTs: string,
    actionId: string,
    options: { readonly value?: string } = {},
  ): Promise<ActResult> {
    return this.#interactions.click(userId, { channelId, messageTs }, actionId, options);
  }

  /** Presses a button or changes an input inside an open dialog. */
  clickInView(
    userId: string,
    viewId: string,
    actionId: string,
    options: { readonly value?: string; readonly values?: ViewValues } = {},
  ): Promise<ActResult> {
    return this.#interactions.click(userId, { viewId }, actionId, options);
  }

  /** Fills in an open dialog and submits it. Fields are named by block id, by action id, or by `<block id>.<action id>`. */
  submit(userId: string, viewId: string, values: ViewValues = {}): Promise<SubmitResult> {
    return this.#interactions.submit(userId, viewId, values);
  }

  /** Closes a dialog without submitting it. */
  closeView(userId: string, viewId: string): Promise<void> {
    return this.#interactions.closeView(userId, viewId);
  }

  /** Types a slash command, e.g. `slash("U0ANN", "C0INCIDENTS", "/twilio-usage", "today")`. */
  slash(userId: string, channelId: string, command: string, text = ""): Promise<ActResult> {
    return this.#interactions.slash(userId, channelId, command, text);
  }

  /** Says something as a person; the app hears it when it subscribed to `app_mention` and is mentioned. */
  async say(userId: string, channelId: string, text: string, threadTs?: string): Promise<SlackMessage> {
    const message = this.#memory.post({ channelId, userId, text, threadTs, blocks: [], metadata: undefined });
    const { app, team } = this.#memory.seed;
    if (text.includes(`<@${app.botUserId}>`) && app.events.includes("app_mention")) {
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      const event = { type: "app_mention", user: userId, text, ts: message.ts, channel: channelId, team: team.id };
      await this.deliverEvent({ ...event, ...thread });
    }
    return message;
  }

  /** Sends one event of the Events API, wrapped and signed; again up to three times when the app does not acknowledge it. */
  deliverEvent(event: Json, retry?: Retry): Promise<Delivery> {
    return this.#app.deliverEvent(eventCallback(this.#memory, event), retry);
  }

  /** Somebody looks at the app's own page. The app hears of it when it subscribed to that. */
  async openHome(userId: string): Promise<Delivery | undefined> {
    const { app, users } = this.#memory.seed;
    if (!users.some((user) => user.id === userId)) throw new Error(`no person ${userId} in the workspace`);
    if (!app.events.includes("app_home_opened")) return undefined;
    return this.deliverEvent(homeOpened(this.#memory, userId));
  }

  /** What the app published for this person; undefined before it did. */
  home(userId: string): SlackView | undefined {
    return this.#memory.views().find((view) => view.userId === userId && view.type === "home");
  }

  /** Messages of the channel itself, oldest first; answers in threads are in `thread`. */
  messages(channelId: string): readonly SlackMessage[] {
    return this.#memory.messages(channelId).filter((message) => message.threadTs === undefined);
  }

  /** The message that began a thread, then its answers, oldest first. */
  thread(channelId: string, ts: string): readonly SlackMessage[] {
    return this.#memory.messages(channelId).filter((message) => message.ts === ts || message.threadTs === ts);
  }

  /** What only this person sees, oldest first. */
  ephemeral(userId: string): readonly EphemeralMessage[] {
    return this.#memory.ephemerals().filter((message) => message.userId === userId);
  }

  /** The person's open dialogs; the last one is on top. */
  views(userId: string): readonly SlackView[] {
    return this.#memory.views().filter((view) => view.userId === userId && view.type === "modal");
  }

  /** Whom new messages disturbed, in order: everybody, or one person. */
  notifications(userId?: string): readonly SlackNotification[] {
    return this.#memory.notifications.filter((each) => userId === undefined || each.userId === userId);
  }

  /** Every request that went to the app. */
  get deliveries(): readonly Delivery[] {
    return this.#app.deliveries;
  }

  /** Somebody with the right to do so takes a message away. */
  deleteMessage(channelId: string, ts: string): void {
    const message = this.#memory.message(channelId, ts);
    if (message === undefined) throw new Error(`no message ${ts} in ${channelId}`);
    this.#memory.remove(message);
  }

  setArchived(channelId: string, isArchived: boolean): void {
    this.#memory.changeChannel(channelId, { isArchived });
  }

  /** Renamed: the channel is the same, its id too. */
  renameChannel(channelId: string, name: string): void {
    this.#memory.changeChannel(channelId, { name });
  }

  /** Takes somebody out of a channel, or the app itself. */
  removeMember(channelId: string, userId: string): void {
    const members = this.#memory.channel(channelId)?.members ?? [];
    this.#memory.changeChannel(channelId, { members: members.filter((id) => id !== userId) });
  }

  /** Calls the listener after each change; the answer ends that. */
  onChange(listener: (change: SlackChange) => void): () => void {
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
