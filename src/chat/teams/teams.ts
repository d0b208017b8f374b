import type { Clock } from "../../lib/clock.ts";
import { orLate } from "../../lib/deadline.ts";
import type { PersonId } from "../../lib/id.ts";
import type { Log } from "../../lib/log.ts";
import type { Card, Element } from "../../notice/card.ts";
import type { ConversationStore } from "../../workflow/ports.ts";
import { resolveLinks } from "../links.ts";
import { createPacer } from "../pacer.ts";
import { resolvePictures } from "../pictures.ts";
import type { ChatConnection, ChatHandlers, LinkTo } from "../platform.ts";
import { createBotbuilderTransport, type TeamsIdentity } from "./botbuilder-transport.ts";
import { createConversations } from "./conversations.ts";
import { createPlatform } from "./deliver.ts";
import { createDialogs } from "./dialog.ts";
import { BUDGET_MS, LIMITS, PACE } from "./limits.ts";
import { lookUpMember } from "./member.ts";
import { permalinkOf } from "./permalink.ts";
import { createReceiver } from "./receive.ts";
import { registerTeams } from "./receive-http.ts";
import { rehearse } from "./rehearse.ts";
import { type RenderContext, toCard } from "./render.ts";
import { findProblems } from "./self-check.ts";
import { createTeller } from "./tell.ts";
import { createVerifier } from "./verify.ts";

export interface TeamsOptions {
  readonly identity: TeamsIdentity;
  /** Null: Microsoft's own. */
  readonly openIdMetadataUrl: string | null;
  readonly loginUrl: string | null;
  /** Where the first post goes; later the address that came with each message counts. Null: nowhere until somebody spoke to the bot. */
  readonly serviceUrl: string | null;
  readonly incidentChannel: string;
  readonly auditChannel: string;
  /** Ids of the other channels that the policy of this moment leads incidents to; checked like the two above. */
  readonly routedChannels?: () => readonly string[];
  /** The people of this moment: asked at every use, so that a changed roster counts at once. */
  readonly roster: () => TeamsRoster;
  readonly handlers: ChatHandlers;
  readonly conversations: ConversationStore;
  /** Names of the commands, without prefix. */
  readonly commands: readonly string[];
  readonly log: Log;
  readonly clock: Clock;
}

interface TeamsRoster {
  /** The Entra object id in lower case; null for somebody who is not on Teams. */
  teamsIdOf(person: PersonId): string | null;
  nameOf(person: PersonId): string;
  isKnown(userId: string): boolean;
}

export async function createTeams(options: TeamsOptions): Promise<ChatConnection> {
  const { identity, handlers, clock, serviceUrl } = options;
  const log = options.log.child({ component: "teams" });
  const isAnonymous = identity.kind === "anonymous";
  const tenantId = identity.kind === "app" ? identity.tenantId : null;
  const botId = identity.kind === "app" ? `28:${identity.appId}` : null;
  const channels = { incident: options.incidentChannel, audit: options.auditChannel };
  const conversations = createConversations({ store: options.conversations, clock, log });
  const transport = await createBotbuilderTransport({
    identity,
    openIdMetadataUrl: options.openIdMetadataUrl,
    loginUrl: options.loginUrl,
    serviceUrl,
    timeoutMs: BUDGET_MS.connector,
    onActivity: (activity, spentMs) => receiver.onActivity(activity, spentMs),
    clock,
    log,
  });
  const teller = createTeller({ transport, conversations, botId, tenantId, serviceUrl, log });

  async function linkTo(subject: string): Promise<string | null> {
    const ref = await handlers.refOf("teams", subject);
    return ref === null ? null : permalinkOf(ref, conversations, tenantId);
  }

  /** Teams shows a picture that comes with its card. */
  async function findPicture(digest: string): Promise<string | null> {
    const picture = await handlers.pictureOf("teams", digest);
    return picture === null ? null : `data:image/png;base64,${picture.png.toString("base64")}`;
  }

  /** Nobody waits long for a link or a picture: what is not known in time is shown as words. */
  async function contextFor(elements: readonly Element[], find: LinkTo = linkTo): Promise<RenderContext> {
    const looked = Promise.all([resolveLinks(elements, find), resolvePictures(elements, findPicture)]);
    const found = await orLate(looked, BUDGET_MS.links);
    const [links, pictures] = found === "late" ? [] : found;
    return {
      teamsIdOf: (person) => options.roster().teamsIdOf(person),
      nameOf: (person) => options.roster().nameOf(person),
      linkOf: (subject) => links?.get(subject) ?? null,
      pictureOf: (digest) => pictures?.get(digest) ?? null,
    };
  }

  /** Those who are mentioned see the card as it is for them; of who never spoke to us Teams' own id is not known. */
  async function viewersOf(card: Card): Promise<readonly string[]> {
    const people = card.elements.flatMap((element) => (element.kind === "mention" ? element.people : []));
    const ids = new Set(people.flatMap((person) => options.roster().teamsIdOf(person) ?? []));
    const known = await Promise.all([...ids].slice(0, LIMITS.refreshUsers).map((id) => conversations.user(id)));
    return known.flatMap((user) => user?.accountId ?? []);
  }

  async function render(card: Card, find: LinkTo = linkTo) {
    const [context, viewers] = await Promise.all([contextFor(card.elements, find), viewersOf(card)]);
    return toCard(card, context, viewers);
  }

  const receiver = createReceiver({
    handlers,
    verify: createVerifier({
      transport,
      tenantId,
      isKnown: (userId) => options.roster().isKnown(userId),
      clock,
      log,
    }),
    transport,
    teller,
    dialogs: createDialogs({ contextFor, log }),
    render,
    contextFor,
    commands: options.commands,
    conversations,
    log,
  });
  const platform = createPlatform({
    cards: transport,
    channels,
    conversations,
    teller,
    render,
    tenantId,
    serviceUrl,
    pace: createPacer({ name: "teams", ...PACE, clock }),
  });
  const check = { transport, conversations, channels, serviceUrl, routed: () => options.routedChannels?.() ?? [] };

  return {
    platform,
    register: (fastify) => registerTeams(fastify, transport, { isAnonymous }),
    start: () => findProblems(check),
    problems: () => findProblems(check),
    rehearse: () => rehearse({ ...check, platform, isAnonymous }),
    whyBarred: async (userId) => {
      const known = await conversations.channel(channels.incident);
      const at = { serviceUrl: known?.serviceUrl ?? serviceUrl ?? "", id: channels.incident };
      return lookUpMember({ transport, tenantId }, at, { userId, accountId: userId });
    },
    close: () => receiver.close(),
  };
}
