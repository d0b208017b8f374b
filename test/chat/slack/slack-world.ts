import fastify from "fastify";
import type { ChatConnection, ChatHandlers, ChatUser, CommandReply, Submission } from "../../../src/chat/platform.ts";
import { createSlack, type SlackOptions, type SlackTransport } from "../../../src/chat/slack/slack.ts";
import type { Clock } from "../../../src/lib/clock.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import type { IncidentId } from "../../../src/lib/id.ts";
import { createLog } from "../../../src/lib/log.ts";
import { Secret } from "../../../src/lib/secret.ts";
import type { Card, Dialog, Press } from "../../../src/notice/card.ts";
import { type SlackStandIn, type SlackStandInOptions, startSlackStandIn } from "../../../src/sandbox/slack/stand-in.ts";

/** What the handlers were asked. */
interface Heard {
  readonly presses: { readonly user: ChatUser; readonly press: Press }[];
  readonly unknown: { readonly user: ChatUser; readonly action: string }[];
  readonly submissions: Submission[];
  readonly commands: { readonly user: ChatUser; readonly command: string; readonly words: string }[];
  readonly homes: ChatUser[];
}

export interface SlackWorld {
  readonly standIn: SlackStandIn;
  readonly slack: ChatConnection;
  /** Where Slack would post; nothing is there in Socket Mode. */
  readonly requestUrl: string;
  readonly heard: Heard;
  /** Replace one to change what Tollgate answers. */
  readonly handlers: ChatHandlers;
  close(): Promise<void>;
}

type Changeable = { -readonly [Name in keyof ChatHandlers]: ChatHandlers[Name] };

/** A workspace, a server with our Slack door, and handlers that remember and answer as told. */
export async function startSlackWorld(
  options: {
    readonly handlers?: Partial<ChatHandlers>;
    readonly standIn?: SlackStandInOptions;
    readonly slack?: Partial<SlackOptions>;
    readonly clock?: Clock;
    /** HTTP unless given. */
    readonly transport?: SlackTransport["kind"];
    /** False: Socket Mode is not connected yet. */
    readonly isStarted?: boolean;
  } = {},
): Promise<SlackWorld> {
  const transport = options.transport ?? "http";
  const standIn = await startSlackStandIn({ isSocketMode: transport === "socket", ...options.standIn });
  const heard: Heard = { presses: [], unknown: [], submissions: [], commands: [], homes: [] };
  const answers: Changeable = {
    press: async () => ({ kind: "done" }),
    submit: async () => ({ kind: "done" }),
    command: async (_user, command) => replyOf(`answer to ${command}`),
    unknownPress: async () => "That button is from an older version. Look at the card.",
    home: async () => plainCard("Your work"),
    view: async () => null,
    refOf: async () => null,
    pictureOf: async () => null,
    ...options.handlers,
  };
  const handlers: ChatHandlers = {
    press: (user, press) => {
      heard.presses.push({ user, press });
      return answers.press(user, press);
    },
    submit: (submission) => {
      heard.submissions.push(submission);
      return answers.submit(submission);
    },
    command: (user, command, words) => {
      heard.commands.push({ user, command, words });
      return answers.command(user, command, words);
    },
    unknownPress: (user, action) => {
      heard.unknown.push({ user, action });
      return answers.unknownPress(user, action);
    },
    home: (user) => {
      heard.homes.push(user);
      return answers.home(user);
    },
    view: (user, subject) => answers.view(user, subject),
    refOf: (platform, subject) => answers.refOf(platform, subject),
    pictureOf: (platform, digest) => answers.pictureOf(platform, digest),
  };
  const people = new Map([
    ["ann", "U0ANN"],
    ["ben", "U0BEN"],
    ["gus", "U0GUS"],
    ["eve", "U0EVE"],
  ]);
  const slack = await createSlack({
    botToken: new Secret(standIn.botToken),
    transport:
      transport === "socket"
        ? { kind: "socket", appToken: new Secret(standIn.appToken) }
        : { kind: "http", signingSecret: new Secret(standIn.signingSecret) },
    apiUrl: standIn.apiUrl,
    incidentChannel: "C0INCIDENTS",
    auditChannel: "C0AUDIT",
    roster: () => ({
      slackIdOf: (person) => people.get(person) ?? null,
      isKnown: (userId) => [...people.values()].includes(userId),
    }),
    handlers,
    log: createLog("silent"),
    clock: options.clock ?? systemClock,
    ...options.slack,
  });
  const server = fastify();
  slack.register(server);
  const address = await server.listen({ host: "127.0.0.1", port: 0 });
  standIn.connectApp(`${address}/slack/events`);
  if (transport === "socket" && options.isStarted !== false) await slack.start();
  return {
    standIn,
    slack,
    requestUrl: `${address}/slack/events`,
    heard,
    handlers: answers,
    close: async () => {
      await slack.close();
      await server.close();
      await standIn.close();
    },
  };
}

export const incidentId = "7" as IncidentId;

export function plainCard(heading: string, change: Partial<Card> = {}): Card {
  return {
    subject: "incident-7",
    heading,
    elements: [],
    buttons: [],
    overflow: [],
    note: null,
    fallback: `${heading} in short`,
    tone: "calm",
    ...change,
  };
}

export function replyOf(heading: string, isShared = false): CommandReply {
  return { card: plainCard(heading), isShared };
}

export function cardWithButtons(): Card {
  return plainCard("Calls to Latvia", {
    buttons: [
      { label: "Acknowledge", press: { action: "acknowledge", incidentId }, style: "primary", confirm: null },
      {
        label: "Suspend subaccount",
        press: { action: "request", incidentId, remediation: "suspend-subaccount" },
        style: "danger",
        confirm: null,
      },
    ],
    overflow: [{ label: "Resolve", press: { action: "resolve", incidentId }, style: "plain", confirm: null }],
  });
}

export const opening: Dialog = {
  title: "Suspend subaccount",
  elements: [{ kind: "text", text: ["Reading the facts …"] }],
  fields: [],
  submit: null,
};

export const filled: Dialog = {
  title: "Suspend subaccount",
  elements: [{ kind: "facts", facts: [{ label: "Live calls", value: ["3"] }] }],
  fields: [{ kind: "text", id: "reason", label: "Reason", hint: null, maxCharacters: 500, isOptional: false }],
  submit: { label: "Request", form: { form: "request", previewId: "preview-1" } },
};

/** Blocks or a view as one text, to look for words in. */
export function wordsOf(value: unknown): string {
  return JSON.stringify(value);
}
