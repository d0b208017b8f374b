import { isJson, type Json, textAt } from "../slack/json.ts";
import type { TeamsMessage } from "../teams/model.ts";
import type { TeamsPageState } from "../teams/page-state.ts";
import type { Door, Person, Room, ShownDialog } from "./door.ts";
import { plainMarkdown } from "./plain-markdown.ts";

export interface TeamsDoorOptions {
  /** The stand-in's address, or that of a page server that mounts its doors. */
  readonly url: string;
  readonly incidentChannelId: string;
  readonly auditChannelId: string;
}

/** A message in the personal chat, or a note under a card. */
export interface TeamsPrivate {
  readonly id: string;
  readonly text: string;
  readonly card: Json | undefined;
}

export type TeamsDoor = Door<TeamsMessage, TeamsPrivate>;

/** People in Teams, through the HTTP doors of the stand-in's page. */
export function createTeamsDoor({ url, incidentChannelId, auditChannelId }: TeamsDoorOptions): TeamsDoor {
  async function state(): Promise<TeamsPageState> {
    return (await (await fetch(`${url}/teams/state`)).json()) as TeamsPageState;
  }

  async function act(path: string, body: unknown): Promise<void> {
    const response = await fetch(`${url}/teams/act/${path}`, { method: "POST", body: JSON.stringify(body) });
    const answer = (await response.json()) as { readonly ok?: boolean; readonly error?: string };
    if (!response.ok || answer.ok === false)
      throw new Error(answer.error ?? `${path} answered ${JSON.stringify(answer)}`);
  }

  return {
    platform: "teams",
    async look() {
      return roomOf(await state(), auditChannelId);
    },
    async press({ teamsId: userId, name }, shown, label) {
      const own = (await state()).personalViews.find((view) => view.userId === userId && view.messageId === shown.id);
      const action = actionsOf(own?.card ?? shown.card).find((each) => isLabelled(each, label));
      if (action === undefined) throw new Error(`${name} sees no button "${label}" on: ${lineOf(shown)}`);
      const pressed = { userId, messageId: shown.id, data: action["data"] };
      if (action["type"] === "Action.Execute") await act("execute", { ...pressed, verb: action["verb"] });
      else await act("submit", pressed);
    },
    async submit({ teamsId: userId }, dialogId, values) {
      const dialog = (await state()).dialogs.find(({ id }) => id === dialogId);
      const [action] = actionsOf(dialog?.card);
      if (dialog === undefined || action === undefined) throw new Error(`there is no dialog ${dialogId} to send`);
      const typed = Object.entries(values).map(([field, value]) => [`one.${field}`, value]);
      const own = isJson(action["data"]) ? action["data"] : {};
      const data = { ...own, ...proposed(dialog.card), ...Object.fromEntries(typed) };
      await act("dialog", { userId, dialogId, data });
    },
    command: ({ teamsId: userId }, name, words) =>
      act("say", {
        userId,
        conversationId: incidentChannelId,
        text: `${name} ${words}`.trim(),
        mentionsBot: true,
      }),
    typed: (name, words) => `@Tollgate ${name} ${words}`.trim(),
  };
}

function roomOf(state: TeamsPageState, auditChannelId: string): Room<TeamsMessage, TeamsPrivate> {
  const nameOf = (id: string) => state.users.find((user) => user.id === id)?.name ?? id;
  return {
    messages: state.messages,
    privateTo: (person) => privateTo(state, person),
    dialogsOf: ({ teamsId }) => state.dialogs.filter(({ userId }) => userId === teamsId).map(dialogOf),
    subjectOf,
    now: ({ id }) => state.messages.find((each) => each.id === id),
    keyOf: ({ id }) => id,
    lineOf,
    wordsOf,
    labelsOf: ({ card }) => actionsOf(card).map(labelOf),
    disturbedBy: ({ id }) =>
      state.notifications.filter(({ messageId }) => messageId === id).map(({ userId }) => nameOf(userId)),
    auditLines: state.messages
      .filter(({ conversationId }) => conversationId === auditChannelId)
      .flatMap((message) => wordsOf(message).split("\n"))
      .filter((line) => line.trim() !== ""),
  };
}

/** In their chat with the bot, and what stands under a card for them alone. */
function privateTo(state: TeamsPageState, { teamsId }: Person): readonly TeamsPrivate[] {
  const chats = new Set(
    state.conversations
      .filter(({ kind, userIds }) => kind === "personal" && userIds.includes(teamsId))
      .map(({ id }) => id),
  );
  const said = state.messages.filter(({ conversationId, from }) => chats.has(conversationId) && from === state.bot.id);
  const notes = state.notes.filter(({ userId }) => userId === teamsId);
  return [...said, ...notes.map((note) => ({ ...note, card: undefined }))];
}

/** The heading of a card of ours is named after what the card is about. */
function subjectOf({ card }: TeamsMessage): string | undefined {
  const body = card?.["body"];
  const [heading] = Array.isArray(body) ? body : [];
  return isJson(heading) ? textAt(heading, "id") : undefined;
}

function lineOf({ text, card }: Pick<TeamsPrivate, "text" | "card">): string {
  return plainMarkdown(card === undefined ? text : (textAt(card, "fallbackText") ?? text));
}

function wordsOf({ text, card }: Pick<TeamsPrivate, "text" | "card">): string {
  return plainMarkdown(card === undefined ? text : textsOf(card["body"]).join("\n"));
}

function dialogOf(dialog: TeamsPageState["dialogs"][number]): ShownDialog {
  const inputs = inputsOf(dialog.card);
  const confirmations = inputs.flatMap((input) => {
    const [, expected] = /^Type exactly: (.+)$/.exec(textAt(input, "placeholder") ?? "") ?? [];
    return expected === undefined ? [] : [[(textAt(input, "id") ?? "").replace(/^one\./, ""), expected]];
  });
  return {
    id: dialog.id,
    words: dialog.card === undefined ? (dialog.text ?? "") : wordsOf({ text: "", card: dialog.card }),
    canBeSent: actionsOf(dialog.card).length > 0,
    confirmations: Object.fromEntries(confirmations),
  };
}

/** What a client sends for inputs that nobody touched. */
function proposed(card: Json | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(inputsOf(card).map((input) => [textAt(input, "id") ?? "", textAt(input, "value") ?? ""]));
}

function inputsOf(card: Json | undefined): readonly Json[] {
  return objectsIn(card?.["body"]).filter(({ type }) => typeof type === "string" && type.startsWith("Input."));
}

/** All that can be pressed, also behind the three dots; not what refreshes the card by itself, nor a button's older twin. */
function actionsOf(card: Json | undefined): readonly Json[] {
  const { refresh: _, ...rest } = card ?? {};
  return objectsIn(rest).filter(({ type }) => type === "Action.Execute" || type === "Action.Submit");
}

/** Of a button that asks first, its own: `Yes: Approve` is behind `Approve`. */
function labelOf(action: Json): string {
  return (textAt(action, "title") ?? "").replace(/^Yes: /, "");
}

function isLabelled(action: Json, label: string): boolean {
  const title = labelOf(action);
  return title === label || title.startsWith(`${label} (`);
}

function objectsIn(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (!isJson(value)) return [];
  const { fallback: _, data: __, ...parts } = value;
  return [value, ...Object.values(parts).flatMap(objectsIn)];
}

/** What is written on it, a block a line, and a fact with its label on one. */
function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (!isJson(value)) return [];
  const type = textAt(value, "type");
  if (type === "TextBlock") return [textAt(value, "text") ?? ""];
  if (type === "FactSet") {
    const facts = Array.isArray(value["facts"]) ? value["facts"] : [];
    return facts.flatMap((fact) => (isJson(fact) ? [`${textAt(fact, "title")}: ${textAt(fact, "value")}`] : []));
  }
  if (type?.startsWith("Input.") === true) return [`[ ${textAt(value, "label")} ]`];
  if (type === "ActionSet") return [];
  return Object.values(value).flatMap(textsOf);
}
