import { at, isJson, type Json, textAt } from "../slack/json.ts";
import type { EphemeralMessage, SlackMessage } from "../slack/model.ts";
import type { PageState, PageView } from "../slack/page-state.ts";
import type { Door, Room, ShownDialog } from "./door.ts";
import { personName, readAloud } from "./read-aloud.ts";

export interface SlackDoorOptions {
  /** The stand-in's address. */
  readonly url: string;
  readonly incidentChannelId: string;
  readonly auditChannelId: string;
}

export type SlackDoor = Door<SlackMessage, EphemeralMessage>;

/** People in Slack, through the HTTP doors of the stand-in's page. */
export function createSlackDoor({ url, incidentChannelId, auditChannelId }: SlackDoorOptions): SlackDoor {
  async function act(path: string, body: unknown): Promise<void> {
    const response = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
    const answer = (await response.json()) as { readonly ok?: boolean; readonly error?: string };
    if (!response.ok || answer.ok === false)
      throw new Error(answer.error ?? `${path} answered ${JSON.stringify(answer)}`);
  }

  return {
    platform: "slack",
    async look() {
      return roomOf((await (await fetch(`${url}/state`)).json()) as PageState, auditChannelId);
    },
    async press({ userId, name }, { blocks, text, channelId, ts }, label) {
      const button = buttonOf(blocks, label);
      if (button === undefined) throw new Error(`${name} sees no button "${label}" on: ${text}`);
      await act("/act/click", { userId, channelId, messageTs: ts, ...button });
    },
    submit: ({ userId }, viewId, values) => act("/act/submit", { userId, viewId, values }),
    command: ({ userId }, name, text) =>
      act("/act/slash", { userId, channelId: incidentChannelId, command: `/twilio-${name}`, text }),
    typed: (name, words) => `/twilio-${name} ${words}`.trim(),
  };
}

function roomOf(state: PageState, auditChannelId: string): Room<SlackMessage, EphemeralMessage> {
  const read = (mrkdwn: string) => readAloud(mrkdwn, state.people);
  const wordsOf = (shown: SlackMessage | EphemeralMessage) =>
    read(shown.blocks.length > 0 ? textOf(shown.blocks) : shown.text);
  return {
    messages: state.messages,
    privateTo: ({ userId }) => state.ephemerals.filter((message) => message.userId === userId),
    dialogsOf: ({ userId }) =>
      state.views.filter((view) => view.userId === userId).map((view) => dialogOf(view, read(viewText(view)))),
    subjectOf,
    now: ({ channelId, ts }) => state.messages.find((each) => each.channelId === channelId && each.ts === ts),
    keyOf: ({ channelId, ts }) => `${channelId} ${ts}`,
    lineOf: ({ text }) => read(text),
    wordsOf,
    labelsOf: ({ blocks }) => labelsOf(blocks),
    disturbedBy: ({ ts }) =>
      state.notifications.filter((notice) => notice.ts === ts).map(({ userId }) => personName(state.people, userId)),
    auditLines: state.messages
      .filter((message) => message.channelId === auditChannelId)
      .flatMap((message) => wordsOf(message).split("\n"))
      .filter((line) => line.trim() !== ""),
  };
}

function dialogOf(view: PageView, words: string): ShownDialog {
  return {
    id: view.id,
    words,
    canBeSent: at(view.definition as Json, "submit") !== undefined,
    confirmations: confirmations(view),
  };
}

/** What the dialog asks to be typed exactly. */
function confirmations(view: PageView): Readonly<Record<string, string>> {
  const blocks = at(view.definition as Json, "blocks");
  if (!Array.isArray(blocks)) return {};
  return Object.fromEntries(
    blocks.flatMap((block: Json) => {
      const [, expected] = /^Type exactly: (.+)$/.exec(textAt(at(block, "hint"), "text") ?? "") ?? [];
      const id = textAt(block, "block_id");
      return expected === undefined || id === undefined ? [] : [[id, expected]];
    }),
  );
}

export function subjectOf(message: SlackMessage): string | undefined {
  return textAt(at(message.metadata, "event_payload"), "subject");
}

/** All that is written on it, in Slack's markup: a block a line, and a field with its label on one. */
export function textOf(blocks: readonly Json[]): string {
  return blocks.flatMap(textsOf).join("\n");
}

function viewText(view: PageView): string {
  const blocks = at(view.definition as Json, "blocks");
  return Array.isArray(blocks) ? textOf(blocks) : "";
}

/** Labels of what can be pressed. */
function labelsOf(blocks: readonly Json[]): readonly string[] {
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
    if (at(block, "type") === "actions" && Array.isArray(elements)) return elements.flatMap(pressables);
    const beside = at(block, "accessory");
    return isJson(beside) ? pressables(beside) : [];
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
