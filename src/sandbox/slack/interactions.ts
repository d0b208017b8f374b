import type { AppConnection, Delivery } from "./app-connection.ts";
import { type FoundAction, findAction } from "./find-action.ts";
import { isJson, type Json, objectsIn, parseJson, textAt } from "./json.ts";
import type { SlackMemory } from "./memory.ts";
import { SlackRefusal } from "./methods/contract.ts";
import { refusedView } from "./methods/views.ts";
import type { SlackView, ViewValues } from "./model.ts";
import { blockActions, type Place, slashCommand, viewClosed, viewSubmission } from "./payloads.ts";
import { applyResponse } from "./response-url.ts";
import type { ResponseTarget } from "./tickets.ts";
import { elementState, enteredValues, fieldsOf, fieldValue, isInput, missingOrMisfit } from "./view-values.ts";

export interface ActResult {
  readonly ok: boolean;
  /** The app's HTTP status; undefined when it did not answer within 3 s. */
  readonly status: number | undefined;
  /** What Slack would show the person because the app failed; undefined when it did not. */
  readonly errorShown: string | undefined;
}

export interface SubmitResult extends ActResult {
  /** What happened to the dialog: `none` when it was not even sent or the app failed, `close` for an empty answer. */
  readonly responseAction: "close" | "clear" | "errors" | "update" | "push" | "none";
  /** What is wrong, by block id, said by the app or by Slack's own client. */
  readonly errors: Readonly<Record<string, string>>;
  /** The dialog that is on top now. */
  readonly view: SlackView | undefined;
}

/** Slack's words when an app fails. */
const SHOWN = {
  action: "Sorry, that didn't work. Try again?",
  view: "We had some trouble connecting. Try again?",
} as const;

const RESPONSE_ACTIONS = ["clear", "errors", "update", "push"] as const;

interface ClickOptions {
  readonly value?: string;
  readonly values?: ViewValues;
}

type Clicked = { readonly channelId: string; readonly messageTs: string } | { readonly viewId: string };

/** Turns what people do into signed requests, and the app's answers into what people see. */
export class Interactions {
  readonly #memory: SlackMemory;
  readonly #app: AppConnection;
  readonly #standInUrl: () => string;

  constructor(memory: SlackMemory, app: AppConnection, standInUrl: () => string) {
    this.#memory = memory;
    this.#app = app;
    this.#standInUrl = standInUrl;
  }

  async click(userId: string, clicked: Clicked, actionId: string, options: ClickOptions): Promise<ActResult> {
    const place = this.#place(userId, clicked, options.values ?? {});
    const blocks = place.kind === "view" ? objectsIn(place.view.definition["blocks"]) : place.message.blocks;
    const found = findAction(blocks, actionId, options.value);
    const action = this.#action(found, place, options.value);
    const triggerId = this.#memory.tickets.issueTrigger(userId, place.kind === "view" ? place.view.id : undefined);
    const responseUrl = place.kind === "view" ? "" : this.#responseUrl("actions", targetOf(userId, place));
    const payload = blockActions(this.#memory, userId, place, action, { triggerId, responseUrl });
    const delivery = await this.#deliver("block_actions", payload);
    return result(delivery, SHOWN.action);
  }

  async submit(userId: string, viewId: string, values: ViewValues): Promise<SubmitResult> {
    const entered = this.#ownView(userId, viewId);
    if (entered.definition["submit"] === undefined) throw new Error("the dialog has no Submit button (yet)");
    const view = this.#memory.changeView(entered, { values: enteredValues(entered, values), errors: {} });
    const missing = missingOrMisfit(view);
    if (Object.keys(missing).length > 0) {
      return { ok: true, status: undefined, errorShown: undefined, ...this.#showErrors(view, missing) };
    }
    const triggerId = this.#memory.tickets.issueTrigger(userId, view.id);
    const delivery = await this.#deliver("view_submission", viewSubmission(this.#memory, view, triggerId));
    const failed = result(delivery, SHOWN.view);
    if (!failed.ok) return { ...failed, responseAction: "none", errors: {}, view };
    const outcome = this.#applySubmission(view, delivery.answer);
    if (outcome !== undefined) return { ...failed, ...outcome };
    return { ok: false, status: delivery.status, errorShown: SHOWN.view, responseAction: "none", errors: {}, view };
  }

  async closeView(userId: string, viewId: string): Promise<void> {
    const view = this.#ownView(userId, viewId);
    const isCleared = view.definition["clear_on_close"] === true;
    const closed = isCleared ? this.#stack(view) : [view];
    for (const each of closed) this.#memory.closeView(each);
    for (const each of closed.filter((one) => one.definition["notify_on_close"] === true)) {
      await this.#deliver("view_closed", viewClosed(this.#memory, each, isCleared));
    }
  }

  async slash(userId: string, channelId: string, command: string, text: string): Promise<ActResult> {
    this.#requireMember(userId, channelId);
    if (!this.#memory.seed.app.commands.some((each) => each.command === command)) {
      return { ok: false, status: undefined, errorShown: `${command} is not a valid command.` };
    }
    const triggerId = this.#memory.tickets.issueTrigger(userId);
    const target: ResponseTarget = { userId, channelId, threadTs: undefined, messageTs: undefined, isEphemeral: false };
    const responseUrl = this.#responseUrl("commands", target);
    const tickets = { triggerId, responseUrl };
    const fields = slashCommand(this.#memory, { userId, channelId }, { name: command, text }, tickets);
    const delivery = await this.#app.deliver("slash_command", fields);
    const reason = delivery.problem === "timeout" ? "operation_timeout" : "dispatch_failed";
    const failed = `${command} failed with the error "${reason}"`;
    const outcome = result(delivery, failed);
    if (!outcome.ok || delivery.answer.trim() === "") return outcome;
    const said = parseJson(delivery.answer);
    try {
      applyResponse(this.#memory, target, isJson(said) ? said : { text: delivery.answer });
      return outcome;
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      return { ok: false, status: delivery.status, errorShown: failed };
    }
  }

  #deliver(kind: Delivery["kind"], payload: Json): Promise<Delivery> {
    return this.#app.deliver(kind, payload);
  }

  #place(userId: string, clicked: Clicked, values: ViewValues): Place {
    if ("viewId" in clicked) {
      const view = this.#ownView(userId, clicked.viewId);
      return { kind: "view", view: this.#memory.changeView(view, { values: enteredValues(view, values) }) };
    }
    this.#requireMember(userId, clicked.channelId);
    const ephemeral = this.#memory.ephemeral(clicked.messageTs);
    if (ephemeral?.userId === userId) return { kind: "ephemeral", message: ephemeral };
    const message = this.#memory.message(clicked.channelId, clicked.messageTs);
    if (message === undefined)
      throw new Error(`${userId} sees no message ${clicked.messageTs} in ${clicked.channelId}`);
    return { kind: "message", message };
  }

  #action({ blockId, element, option }: FoundAction, place: Place, value: string | undefined): Json {
    const type = textAt(element, "type") ?? "";
    const base = { action_id: element["action_id"], block_id: blockId, type, action_ts: this.#memory.nextTs() };
    if (type === "button") {
      const { text, value: carried, style, url, confirm } = element;
      return withoutAbsent({ ...base, text, value: carried, style, url, confirm });
    }
    if (type === "overflow") return { ...base, selected_option: option };
    if (place.kind === "view") {
      const field = fieldsOf(place.view).find(
        (each) => each.blockId === blockId && each.actionId === element["action_id"],
      );
      const raw = value ?? (field === undefined ? null : fieldValue(place.view, field));
      return { ...base, ...elementState(element, raw) };
    }
    return { ...base, ...elementState(element, value ?? null) };
  }

  /** Follows what the app answered to a submission; undefined when the answer makes no sense to Slack. */
  #applySubmission(
    view: SlackView,
    answer: string,
  ): Pick<SubmitResult, "responseAction" | "errors" | "view"> | undefined {
    const said = answer.trim() === "" ? {} : parseJson(answer);
    const action = textAt(said, "response_action");
    if (!isJson(said) || (action !== undefined && !RESPONSE_ACTIONS.some((each) => each === action))) return undefined;
    if (action === "errors") {
      const errors = textsByName(said["errors"]);
      const isUsable = Object.keys(errors).length > 0 && Object.keys(errors).every((id) => isInput(view, id));
      return isUsable ? this.#showErrors(view, errors) : undefined;
    }
    if (action === "update" || action === "push") {
      const definition = said["view"];
      const own = action === "update" ? view : undefined;
      if (!isJson(definition) || refusedView(this.#memory, definition, own) !== undefined) return undefined;
      const next =
        action === "update"
          ? this.#memory.changeView(view, { definition })
          : this.#memory.openView(view.userId, definition, view);
      return { responseAction: action, errors: {}, view: next };
    }
    for (const closed of action === "clear" ? this.#stack(view) : [view]) this.#memory.closeView(closed);
    const below = view.previousViewId === undefined ? undefined : this.#memory.view(view.previousViewId);
    return { responseAction: action === "clear" ? "clear" : "close", errors: {}, view: below };
  }

  #showErrors(view: SlackView, errors: Readonly<Record<string, string>>) {
    return { responseAction: "errors" as const, errors, view: this.#memory.changeView(view, { errors }) };
  }

  #stack(view: SlackView): readonly SlackView[] {
    return this.#memory.views().filter((each) => each.rootViewId === view.rootViewId);
  }

  #ownView(userId: string, viewId: string): SlackView {
    const view = this.#memory.view(viewId);
    if (view?.userId !== userId) throw new Error(`${userId} has no open view ${viewId}`);
    return view;
  }

  #requireMember(userId: string, channelId: string): void {
    const channel = this.#memory.channel(channelId);
    if (channel?.members.includes(userId) !== true) throw new Error(`${userId} is not in the channel ${channelId}`);
  }

  #responseUrl(kind: "actions" | "commands", target: ResponseTarget): string {
    const key = this.#memory.tickets.issueResponse(target);
    return `${this.#standInUrl()}/${kind}/${this.#memory.seed.team.id}/${key}`;
  }
}

function targetOf(userId: string, place: Exclude<Place, { kind: "view" }>): ResponseTarget {
  const { channelId, ts, threadTs } = place.message;
  return { userId, channelId, threadTs, messageTs: ts, isEphemeral: place.kind === "ephemeral" };
}

function result(delivery: Delivery, errorShown: string): ActResult {
  const ok = delivery.problem === "none";
  return { ok, status: delivery.status, errorShown: ok ? undefined : errorShown };
}

function withoutAbsent(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function textsByName(value: unknown): Readonly<Record<string, string>> {
  const entries = isJson(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.flatMap(([name, text]) => (typeof text === "string" ? [[name, text]] : [])));
}
