import type { FastifyInstance } from "fastify";
import type { Clock } from "../../lib/clock.ts";
import type { PersonId } from "../../lib/id.ts";
import type { Log } from "../../lib/log.ts";
import type { Secret } from "../../lib/secret.ts";
import type { ChatHandlers, ChatPlatform } from "../platform.ts";
import { createSlackApi, quietLogger } from "./api.ts";
import { createPlatform } from "./deliver.ts";
import { createDialogs } from "./dialog.ts";
import { createIdentity } from "./identity.ts";
import { BUDGET_MS } from "./limits.ts";
import { createPacer } from "./pacer.ts";
import { connectHandlers } from "./receive.ts";
import { createSlackReceiver } from "./receiver.ts";
import { findProblems } from "./self-check.ts";
import { createTeller } from "./tell.ts";
import { createVerifier } from "./verify.ts";

export interface SlackOptions {
  readonly botToken: Secret;
  readonly signingSecret: Secret;
  /** `https://slack.com/api/` unless given. */
  readonly apiUrl?: string;
  readonly incidentChannel: string;
  readonly auditChannel: string;
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

export interface Slack {
  readonly platform: ChatPlatform;
  /** Adds the route that Slack posts to. Before the server listens. */
  register(fastify: FastifyInstance): void;
  /** Learns who we are. Answers a sentence for everything that is wrong; works on when Slack cannot be reached. */
  start(): Promise<readonly string[]>;
  /** What is wrong now, after `start`: the same sentences, asked of Slack anew. */
  problems(): Promise<readonly string[]>;
  /** Waits for answers that are on their way. */
  close(): Promise<void>;
}

/** Posts pass at Slack's pace of 1/s a channel, edits at 50 a minute. https://docs.slack.dev/apis/web-api/rate-limits */
const POSTS = { everyMs: 1000, burst: 3, longestWaitMs: 1500 } as const;
const EDITS = { everyMs: 1200, burst: 20, longestWaitMs: 1500 } as const;

export async function createSlack(options: SlackOptions): Promise<Slack> {
  const { clock } = options;
  const log = options.log.child({ component: "slack" });
  const access = { botToken: options.botToken, apiUrl: options.apiUrl, clock, log };
  const cards = createSlackApi({ ...access, timeoutMs: BUDGET_MS.webApi });
  const people = createSlackApi({ ...access, timeoutMs: BUDGET_MS.personWaits });
  const channels = { incident: options.incidentChannel, audit: options.auditChannel };
  const identity = createIdentity(people);
  const slackIdOf = (person: PersonId) => options.roster().slackIdOf(person);
  const context = () => ({ slackIdOf, linkOf: () => null });
  const teller = createTeller(people, channels.incident, log);
  const receiver = createSlackReceiver({ signingSecret: options.signingSecret, clock, log });

  // Bolt costs more to load than everything else here together: only who uses Slack pays for it.
  const { App } = await import("@slack/bolt");
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: options.botToken.reveal() }),
    clientOptions: options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl },
    logger: quietLogger(log),
    convoStore: false,
    ignoreSelf: false,
  });
  connectHandlers(app, {
    handlers: options.handlers,
    verify: createVerifier({ api: people, identity, isKnown: (id) => options.roster().isKnown(id), clock, log }),
    teller,
    dialogs: createDialogs({ api: people, teller, context, log }),
    context,
    log,
  });

  return {
    platform: createPlatform({
      cards,
      people,
      channels,
      slackIdOf,
      identity,
      posts: createPacer({ ...POSTS, clock }),
      edits: createPacer({ ...EDITS, clock }),
    }),
    register: (fastify) => receiver.register(fastify),
    start: () => findProblems(people, identity, channels),
    // Who we are is kept for verifying clicks; a token that was revoked since shows only when it is asked again.
    problems: () => findProblems(people, createIdentity(people), channels),
    close: async () => {
      await app.stop();
    },
  };
}
