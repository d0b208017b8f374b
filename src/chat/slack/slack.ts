import type { Clock } from "../../lib/clock.ts";
import { orLate } from "../../lib/deadline.ts";
import { unreachable } from "../../lib/decision.ts";
import type { PersonId } from "../../lib/id.ts";
import type { Log } from "../../lib/log.ts";
import type { Secret } from "../../lib/secret.ts";
import type { Element } from "../../notice/card.ts";
import { resolveLinks } from "../links.ts";
import { createPacer } from "../pacer.ts";
import { resolvePictures } from "../pictures.ts";
import type { ChatConnection, ChatHandlers } from "../platform.ts";
import { createSlackApi, quietLogger } from "./api.ts";
import { createPlatform } from "./deliver.ts";
import { createDialogs } from "./dialog.ts";
import type { SlackDoor } from "./door.ts";
import { createHome } from "./home.ts";
import { createIdentity } from "./identity.ts";
import { BUDGET_MS } from "./limits.ts";
import { createPermalinks } from "./permalinks.ts";
import { connectHandlers } from "./receive.ts";
import { createSlackReceiver } from "./receiver.ts";
import { rehearse } from "./rehearse.ts";
import { findProblems } from "./self-check.ts";
import { createSocket } from "./socket.ts";
import { createTeller } from "./tell.ts";
import { createVerifier, lookUpUser } from "./verify.ts";

/** How Slack reaches us: it posts to our address, or we open a web socket to it and need no address (Socket Mode). */
export type SlackTransport =
  | { readonly kind: "http"; readonly signingSecret: Secret }
  | { readonly kind: "socket"; readonly appToken: Secret };

export interface SlackOptions {
  readonly botToken: Secret;
  readonly transport: SlackTransport;
  /** `https://slack.com/api/` unless given. */
  readonly apiUrl?: string;
  readonly incidentChannel: string;
  readonly auditChannel: string;
  /** Ids of the other channels that the policy of this moment leads incidents to; checked like the two above. */
  readonly routedChannels?: () => readonly string[];
  /** The people of this moment: asked at every use, so that a changed roster counts at once. */
  readonly roster: () => SlackRoster;
  readonly handlers: ChatHandlers;
  readonly log: Log;
  readonly clock: Clock;
}

interface SlackRoster {
  /** Null for somebody who is not on Slack. */
  slackIdOf(person: PersonId): string | null;
  isKnown(userId: string): boolean;
}

/** A picture takes three calls; a crowd of incidents gets its pictures one after the other, and their cards at once. */
const PICTURES = { name: "slack", everyMs: 6000, burst: 4, longestWaitMs: 1500 } as const;
/** Nobody waits for it. Slack takes 50 a minute. https://docs.slack.dev/reference/methods/files.delete */
const REMOVALS = { name: "slack", everyMs: 1500, burst: 10, longestWaitMs: 1500 } as const;
/** Posts pass at Slack's pace of 1/s a channel, edits at 50 a minute. https://docs.slack.dev/apis/web-api/rate-limits */
const POSTS = { name: "slack", everyMs: 1000, burst: 3, longestWaitMs: 1500 } as const;
const EDITS = { name: "slack", everyMs: 1200, burst: 20, longestWaitMs: 1500 } as const;

export async function createSlack(options: SlackOptions): Promise<ChatConnection> {
  const { clock, handlers } = options;
  const log = options.log.child({ component: "slack" });
  const access = { botToken: options.botToken, apiUrl: options.apiUrl, clock, log };
  const cards = createSlackApi({ ...access, timeoutMs: BUDGET_MS.webApi });
  const people = createSlackApi({ ...access, timeoutMs: BUDGET_MS.personWaits });
  const channels = { incident: options.incidentChannel, audit: options.auditChannel };
  const identity = createIdentity(people);
  const slackIdOf = (person: PersonId) => options.roster().slackIdOf(person);
  const permalinkOf = createPermalinks(people);
  const teller = createTeller(people, channels.incident, log);

  async function linkTo(subject: string): Promise<string | null> {
    const ref = await handlers.refOf("slack", subject);
    return ref === null ? null : permalinkOf(ref);
  }

  const findPicture = async (digest: string) => (await handlers.pictureOf("slack", digest))?.name ?? null;

  /** Nobody waits long for a link or a picture: what is not known in time is shown as words. */
  async function contextFor(elements: readonly Element[]) {
    const looked = Promise.all([resolveLinks(elements, linkTo), resolvePictures(elements, findPicture)]);
    const found = await orLate(looked, BUDGET_MS.links);
    const [links, pictures] = found === "late" ? [] : found;
    return {
      slackIdOf,
      linkOf: (subject: string) => links?.get(subject) ?? null,
      pictureOf: (digest: string) => pictures?.get(digest) ?? null,
    };
  }

  // Bolt costs more to load than everything else here together: only who uses Slack pays for it.
  const { App } = await import("@slack/bolt");
  const door = openDoor(options, log);
  const app = new App({
    receiver: door,
    authorize: async () => ({ botToken: options.botToken.reveal() }),
    clientOptions: options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl },
    logger: quietLogger(log),
    convoStore: false,
    ignoreSelf: false,
  });
  connectHandlers(app, {
    handlers,
    verify: createVerifier({ api: people, identity, isKnown: (id) => options.roster().isKnown(id), clock, log }),
    teller,
    dialogs: createDialogs({ api: people, teller, contextFor, log }),
    home: createHome({ api: people, handlers, contextFor, log }),
    contextFor,
    log,
  });

  const checked = () => ({ ...channels, routed: options.routedChannels?.() ?? [] });
  const withDoor = (found: readonly string[]) => {
    const problem = door.problem();
    return problem === null ? found : [...found, problem];
  };

  return {
    platform: createPlatform({
      cards,
      people,
      channels,
      slackIdOf,
      identity,
      permalinkOf,
      findPicture,
      posts: createPacer({ ...POSTS, clock }),
      edits: createPacer({ ...EDITS, clock }),
      uploads: createPacer({ ...PICTURES, clock }),
      removals: createPacer({ ...REMOVALS, clock }),
    }),
    register: (fastify) => door.register(fastify),
    start: async () => {
      const [found] = await Promise.all([findProblems(people, identity, checked()), door.start()]);
      return withDoor(found);
    },
    // Who we are is kept for verifying clicks; a token that was revoked since shows only when it is asked again.
    problems: async () => withDoor(await findProblems(people, createIdentity(people), checked())),
    rehearse: () => rehearse({ api: cards, checked: checked(), rehearsal: door.rehearsal }),
    whyBarred: async (userId) => lookUpUser(cards, await identity(), userId),
    close: async () => {
      await app.stop();
    },
  };
}

function openDoor(options: SlackOptions, log: Log): SlackDoor {
  const { transport, clock } = options;
  switch (transport.kind) {
    case "http":
      return createSlackReceiver({ signingSecret: transport.signingSecret, clock, log });
    case "socket":
      return createSocket({ appToken: transport.appToken, apiUrl: options.apiUrl, clock, log });
    default:
      return unreachable(transport);
  }
}
