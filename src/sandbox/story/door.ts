import { setTimeout as sleep } from "node:timers/promises";
import { at, type Json, textAt } from "../slack/json.ts";
import type { EphemeralMessage, SlackMessage } from "../slack/model.ts";
import type { PageState, PageView } from "../slack/page-state.ts";

const LOOK_EVERY_MS = 40;

/** A person at the page: sees what Slack shows them and acts through the same HTTP doors as a browser. */
export class Door {
  readonly #url: string;

  constructor(slackUrl: string) {
    this.#url = slackUrl;
  }

  async state(): Promise<PageState> {
    return (await (await fetch(`${this.#url}/state`)).json()) as PageState;
  }

  /** Looks until something is there. Names what was waited for when it does not come. */
  async until<Found>(what: string, look: (state: PageState) => Found | undefined, withinMs = 20_000): Promise<Found> {
    const endMs = performance.now() + withinMs;
    for (;;) {
      const found = look(await this.state());
      if (found !== undefined) return found;
      if (performance.now() > endMs) throw new Error(`waited ${withinMs / 1000} s in vain for ${what}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Presses the button with this label. Throws when this person does not see one. */
  async press(userId: string, message: SlackMessage | EphemeralMessage, label: string): Promise<void> {
    const button = buttonOf(message.blocks, label);
    if (button === undefined) throw new Error(`there is no button "${label}" on: ${message.text}`);
    await this.#act("/act/click", { userId, channelId: message.channelId, messageTs: message.ts, ...button });
  }

  /** Sends a dialog. Throws with what the app finds wrong with it. */
  async submit(userId: string, viewId: string, values: Readonly<Record<string, string>>): Promise<void> {
    await this.#act("/act/submit", { userId, viewId, values });
  }

  async slash(userId: string, channelId: string, command: string, text: string): Promise<void> {
    await this.#act("/act/slash", { userId, channelId, command, text });
  }

  async #act(path: string, body: unknown): Promise<void> {
    const response = await fetch(`${this.#url}${path}`, { method: "POST", body: JSON.stringify(body) });
    const answer = (await response.json()) as { readonly ok?: boolean; readonly error?: string };
    if (!response.ok || answer.ok === false)
      throw new Error(answer.error ?? `${path} answered ${JSON.stringify(answer)}`);
  }
}

/** The message of ours that carries this subject in its metadata, or whose subject begins so. */
export function bySubject(state: PageState, subject: string | RegExp): SlackMessage | undefined {
  return state.messages.find((message) => {
    const found = subjectOf(message);
    return found !== undefined && (typeof subject === "string" ? found === subject : subject.test(found));
  });
}

export function subjectOf(message: SlackMessage): string | undefined {
  return textAt(at(message.metadata, "event_payload"), "subject");
}

/** All that is written on it, in Slack's markup: a block a line, and a field with its label on one. */
export function textOf(blocks: readonly Json[]): string {
  return blocks.flatMap(textsOf).join("\n");
}

export function viewText(view: PageView): string {
  const blocks = at(view.definition as Json, "blocks");
  return Array.isArray(blocks) ? textOf(blocks) : "";
}

/** Labels of what can be pressed. */
export function labelsOf(blocks: readonly Json[]): readonly string[] {
  return elementsOf(blocks).flatMap(({ label }) => label);
}

interface Pressable {
  readonly label: string;
  readonly actionId: string;
  readonly value?: string;
}

function buttonOf(blocks: readonly Json[], label: string): Omit<Pressable, "label"> | undefined {
  const found = elementsOf(blocks).find((element) => element.label === label || element.label.startsWith(`${label} (`));
  if (found === undefined) return undefined;
  const { label: _label, ...button } = found;
  return button;
}

function elementsOf(blocks: readonly Json[]): readonly Pressable[] {
  return blocks.flatMap((block) => {
    const elements = at(block, "elements");
    return at(block, "type") === "actions" && Array.isArray(elements) ? elements.flatMap(pressables) : [];
  });
}

function pressables(element: Json): readonly Pressable[] {
  const actionId = textAt(element, "action_id") ?? "";
  const options = at(element, "options");
  const items = Array.isArray(options) ? options : [element];
  return items.map((item) => {
    const value = textAt(item, "value");
    return { label: textAt(at(item, "text"), "text") ?? "", actionId, ...(value === undefined ? {} : { value }) };
  });
}

function textsOf(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== "object" || value === null) return [];
  if (at(value, "type") === "input") return [inputText(value)];
  const fields = at(value, "fields");
  if (Array.isArray(fields)) return fields.map((field: Json) => (textAt(field, "text") ?? "").replace("\n", ": "));
  const own = textAt(value, "text");
  const type = at(value, "type");
  if (own !== undefined && (type === "mrkdwn" || type === "plain_text")) return [own];
  return Object.values(value).flatMap((part) => textsOf(part as Json));
}

/** A field by its label, with what may be chosen counted: nobody reads a hundred countries aloud. */
function inputText(input: Json): string {
  const label = textAt(input, "label", "text") ?? "";
  const options = at(input, "element", "options");
  const chosen = at(input, "element", "initial_options");
  if (!Array.isArray(options)) return `[ ${label} ]`;
  const names = Array.isArray(chosen) ? chosen.map((option: Json) => textAt(option, "text", "text")) : [];
  return `[ ${label}: ${names.join(", ")} of ${options.length} ]`;
}
