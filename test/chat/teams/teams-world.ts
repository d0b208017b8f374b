import fastify from "fastify";
import type { Json } from "../../../src/audit/envelope.ts";
import type { ChatConnection, ChatHandlers, ChatUser, CommandReply, Submission } from "../../../src/chat/platform.ts";
import { createTeams, type TeamsOptions } from "../../../src/chat/teams/teams.ts";
import { type Clock, systemClock } from "../../../src/lib/clock.ts";
import type { IncidentId, PersonId } from "../../../src/lib/id.ts";
import { createLog } from "../../../src/lib/log.ts";
import { Secret } from "../../../src/lib/secret.ts";
import type { Card, Dialog, Press } from "../../../src/notice/card.ts";
import { ACME_TEAMS, seedAcmeTenant, type TeamsSeed } from "../../../src/sandbox/teams/seed.ts";
import { startTeamsStandIn, type TeamsStandIn } from "../../../src/sandbox/teams/stand-in.ts";
import type { ConversationStore } from "../../../src/workflow/ports.ts";
import { connectorKeys } from "../../support/connector-keys.ts";

/** What the handlers were asked. */
interface Heard {
  readonly presses: { readonly user: ChatUser; readonly press: Press }[];
  readonly unknown: { readonly user: ChatUser; readonly action: string }[];
  readonly submissions: Submission[];
  readonly commands: { readonly user: ChatUser; readonly command: string; readonly words: string }[];
}

type Changeable = { -readonly [Name in keyof ChatHandlers]: ChatHandlers[Name] };

export interface TeamsWorld {
  readonly standIn: TeamsStandIn;
  readonly teams: ChatConnection;
  /** What an operator would read. */
  readonly logged: string[];
  readonly heard: Heard;
  readonly messagesUrl: string;
  readonly stored: ReadonlyMap<string, Json>;
  /** Replace one to change what Tollgate answers. */
  readonly handlers: Changeable;
  close(): Promise<void>;
}

export const { ann, ben, cem, gus, eve, incidentChannel, auditChannel } = ACME_TEAMS;
export const incidentId = "7" as IncidentId;
export const noLinks = async () => null;

/** A tenant, a server with our Teams door, and handlers that remember and answer as told. */
export async function startTeamsWorld(
  options: {
    readonly handlers?: Partial<ChatHandlers>;
    readonly seed?: TeamsSeed;
    readonly teams?: Partial<TeamsOptions>;
    readonly clock?: Clock;
  } = {},
): Promise<TeamsWorld> {
  const clock = options.clock ?? systemClock;
  const standIn = await startTeamsStandIn({ seed: options.seed ?? seedAcmeTenant(), clock, keys: connectorKeys });
  const heard: Heard = { presses: [], unknown: [], submissions: [], commands: [] };
  const answers: Changeable = {
    press: async () => ({ kind: "done" }),
    submit: async () => ({ kind: "done" }),
    command: async (_user, command) => privately(plainCard(`answer to ${command}`)),
    unknownPress: async () => "That button is from an older version. Look at the card.",
    home: async () => plainCard("home"),
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
    home: (user) => answers.home(user),
    view: (user, subject) => answers.view(user, subject),
    refOf: (platform, subject) => answers.refOf(platform, subject),
    pictureOf: (platform, digest) => answers.pictureOf(platform, digest),
  };
  const stored = new Map<string, Json>();
  const logged: string[] = [];
  const teams = await createTeams({
    identity: {
      kind: "app",
      appId: standIn.appId,
      appPassword: new Secret(standIn.appPassword),
      appType: "SingleTenant",
      tenantId: standIn.tenantId,
    },
    openIdMetadataUrl: standIn.openIdMetadataUrl,
    loginUrl: standIn.loginUrl,
    serviceUrl: standIn.serviceUrl,
    incidentChannel,
    auditChannel,
    roster: () => ({
      teamsIdOf: (person) => PEOPLE.get(person) ?? null,
      nameOf: (person) => NAMES.get(person) ?? person,
      isKnown: (userId) => [...PEOPLE.values()].includes(userId),
    }),
    handlers,
    conversations: storeIn(stored),
    commands: ["usage", "incidents", "contain", "audit", "silence", "help"],
    log: createLog("debug", { write: (line) => logged.push(line) }),
    clock,
    ...options.teams,
  });
  const server = fastify();
  teams.register(server);
  const messagesUrl = `${await server.listen({ host: "127.0.0.1", port: 0 })}/api/messages`;
  standIn.connectBot(messagesUrl);
  return {
    standIn,
    teams,
    logged,
    heard,
    messagesUrl,
    stored,
    handlers: answers,
    close: async () => {
      await teams.close();
      await server.close();
      await standIn.close();
    },
  };
}

const PEOPLE = new Map([
  ["ann", ann],
  ["ben", ben],
  ["gus", gus],
  ["eve", eve],
] as [string, string][]);
const NAMES = new Map([
  ["ann", "Ann Ito"],
  ["ben", "Ben Okafor"],
]);

function storeIn(stored: Map<string, Json>): ConversationStore {
  return {
    load: async (platform, key) => stored.get(`${platform} ${key}`) ?? null,
    save: async (platform, key, reference) => {
      stored.set(`${platform} ${key}`, reference);
    },
  };
}

export function privately(card: Card): CommandReply {
  return { card, isShared: false };
}

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

export function cardWithButtons(heading = "Calls to Latvia"): Card {
  return plainCard(heading, {
    elements: [{ kind: "mention", people: ["ann", "ben"] as PersonId[], text: "please look" }],
    buttons: [
      { label: "Acknowledge", press: { action: "acknowledge", incidentId }, style: "primary", confirm: null },
      {
        label: "Suspend subaccount",
        press: { action: "request", incidentId, remediation: "suspend-subaccount" },
        style: "danger",
        confirm: null,
      },
    ],
    overflow: [{ label: "Reopen", press: { action: "reopen", incidentId }, style: "plain", confirm: null }],
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
  fields: [
    { kind: "text", id: "reason", label: "Reason", hint: null, maxCharacters: 500, isOptional: false },
    {
      kind: "choose-many",
      id: "countries",
      label: "Countries",
      options: [
        { value: "LV", label: "Latvia" },
        { value: "EE", label: "Estonia" },
      ],
      initial: ["LV"],
      isOptional: true,
    },
  ],
  submit: { label: "Request", form: { form: "request", previewId: "preview-1" } },
};

/** A card as one text, to look for words in. */
export function wordsOf(value: unknown): string {
  return JSON.stringify(value);
}
