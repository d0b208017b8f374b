import { at, type Json, textAt } from "../slack/json.ts";
import type { EphemeralMessage, SlackMessage } from "../slack/model.ts";
import type { PageState, PageView } from "../slack/page-state.ts";
import { bySubject, Door, labelsOf, textOf, viewText } from "./door.ts";
import { personName, readAloud } from "./read-aloud.ts";
import type { Transcript } from "./transcript.ts";

export interface Person {
  readonly userId: string;
  readonly name: string;
}

export interface Cast {
  readonly responder: Person;
  readonly approver: Person;
  readonly outsider: Person;
}

export interface Stage {
  /** The Slack stand-in's address: everything is done through its HTTP doors. */
  readonly slackUrl: string;
  readonly incidentChannelId: string;
  readonly auditChannelId: string;
  readonly cast: Cast;
  readonly transcript: Transcript;
}

/** The order that works: what needs the subaccount's own credentials comes before suspending it. */
export const REMEDIATIONS = [
  "Rotate auth token",
  "Delete API keys",
  "Disable geo regions",
  "Suspend subaccount",
] as const;

const SENT_DIALOG_CLOSES_MS = 10_000;
const AUDIT_IS_THERE_WITHIN_MS = 60_000;

/** The people's part of the story, step by step. Each answers when what it did is there to be seen. */
export class Story {
  readonly #door: Door;
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#door = new Door(stage.slackUrl);
  }

  /** The first card of the channel, as soon as it is there. */
  async cardAppears(): Promise<SlackMessage> {
    const { transcript } = this.#stage;
    const card = await this.#door.until("the incident card", (state) => bySubject(state, /^incident-/));
    const state = await this.#door.state();
    transcript.step(`The card appears in #twilio-incidents: ${readAloud(card.text, state.people)}`);
    const mentioned = state.notifications
      .filter((notice) => notice.ts === card.ts)
      .map((notice) => personName(state.people, notice.userId));
    if (mentioned.length > 0) transcript.step(`It mentions ${mentioned.join(", ")}`);
    return card;
  }

  async cardSays(card: SlackMessage, words: RegExp, what: string): Promise<SlackMessage> {
    const found = await this.#door.until(`the card to say ${what}`, (state) => {
      const now = sameMessage(state, card);
      return now !== undefined && words.test(`${now.text}\n${textOf(now.blocks)}`) ? now : undefined;
    });
    this.#stage.transcript.step(`The card says: ${what}`);
    return found;
  }

  async press(person: Person, message: SlackMessage, label: string): Promise<void> {
    const now = sameMessage(await this.#door.state(), message) ?? message;
    this.#stage.transcript.step(`${person.name} presses ${label}`);
    await this.#door.press(person.userId, now, label);
  }

  /** Presses a remediation on the card, reads the dialog, fills it in and sends it. Answers the request in the thread. */
  async ask(person: Person, card: SlackMessage, title: string, reason: string): Promise<SlackMessage> {
    const { transcript } = this.#stage;
    const before = new Set((await this.#door.state()).messages.map((message) => message.ts));
    await this.press(person, card, title);
    const view = await this.#door.until(`the dialog of ${title} to be filled`, (state) =>
      state.views.find((each) => each.userId === person.userId && at(each.definition as Json, "submit") !== undefined),
    );
    transcript.step(`The dialog fills: ${title}`);
    transcript.quote(await this.#read(viewText(view)));
    await this.#door.submit(person.userId, view.id, { ...confirmations(view), reason });
    await this.#door.until(
      `the dialog of ${title} to close`,
      (state) => (state.views.some((each) => each.id === view.id) ? undefined : true),
      SENT_DIALOG_CLOSES_MS,
    );
    const request = await this.#door.until(`the request for ${title}`, (state) =>
      state.messages.find((message) => !before.has(message.ts) && isRequest(message)),
    );
    transcript.step(`The request is in the card's thread: ${await this.#read(request.text)}`);
    return request;
  }

  /** Presses Approve without the right to: answers what this person alone is told. */
  async isRefused(person: Person, request: SlackMessage, label = "Approve"): Promise<string> {
    const known = new Set((await this.#door.state()).ephemerals.map((message) => message.ts));
    await this.press(person, request, label);
    const told = await this.#door.until(`${person.name} to be told why not`, (state) =>
      state.ephemerals.find((message) => message.userId === person.userId && !known.has(message.ts)),
    );
    const words = await this.#read(told.text);
    this.#stage.transcript.step(`${person.name} alone is told: ${words}`);
    return words;
  }

  /** Approves, and waits until the request says how it ended. */
  async approve(person: Person, request: SlackMessage): Promise<SlackMessage> {
    await this.press(person, request, "Approve");
    const settled = await this.#door.until("the request to be carried out", (state) => {
      const now = sameMessage(state, request);
      return now !== undefined && /Verified|Not done|Partly done/.test(textOf(now.blocks)) ? now : undefined;
    });
    this.#stage.transcript.step(`The request says: ${await this.#read(settled.text)}`);
    return settled;
  }

  /** Types a command and answers what the asker alone is shown. */
  async command(person: Person, command: string, text: string): Promise<EphemeralMessage> {
    const known = new Set((await this.#door.state()).ephemerals.map((message) => message.ts));
    this.#stage.transcript.step(`${person.name} types ${command} ${text}`);
    await this.#door.slash(person.userId, this.#stage.incidentChannelId, command, text);
    const answer = await this.#door.until(`an answer to ${command} ${text}`, (state) =>
      state.ephemerals.find((message) => message.userId === person.userId && !known.has(message.ts)),
    );
    this.#stage.transcript.quote(await this.#read(textOf(answer.blocks)));
    return answer;
  }

  /** The audit channel's lines, once one of them says this. Slack's pace of a message a second holds them back a little. */
  async auditLines(words: RegExp): Promise<readonly string[]> {
    const { auditChannelId } = this.#stage;
    return this.#door.until(
      `the audit channel to say ${words.source}`,
      (state) => {
        const lines = auditLinesOf(state, auditChannelId);
        return lines.some((line) => words.test(line)) ? lines : undefined;
      },
      AUDIT_IS_THERE_WITHIN_MS,
    );
  }

  labels(message: SlackMessage): readonly string[] {
    return labelsOf(message.blocks);
  }

  async #read(mrkdwn: string): Promise<string> {
    return readAloud(mrkdwn, (await this.#door.state()).people);
  }
}

function auditLinesOf(state: PageState, channelId: string): readonly string[] {
  return state.messages
    .filter((message) => message.channelId === channelId)
    .flatMap((message) => (message.blocks.length > 0 ? textOf(message.blocks) : message.text).split("\n"))
    .map((line) => readAloud(line, state.people))
    .filter((line) => line.trim() !== "");
}

function sameMessage(state: PageState, message: SlackMessage): SlackMessage | undefined {
  return state.messages.find((each) => each.channelId === message.channelId && each.ts === message.ts);
}

function isRequest(message: SlackMessage): boolean {
  return (textAt(message.metadata, "event_payload", "subject") ?? "").startsWith("approval-");
}

/** What the dialog asks to be typed exactly, typed. */
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
