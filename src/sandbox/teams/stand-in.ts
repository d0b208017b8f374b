import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { answerJson, answerText } from "../slack/http.ts";
import { BotConnection } from "./bot-connection.ts";
import { Connector, errorBody, type RecordedCall } from "./connector.ts";
import { FaultBook, type TeamsFault } from "./faults.ts";
import { Interactions } from "./interactions.ts";
import { Login } from "./login.ts";
import { TeamsMemory } from "./memory.ts";
import { TeamsPageDoors } from "./page-doors.ts";
import { TEAMS_RATE_LIMITS, type TeamsRateLimits } from "./rate-limits.ts";
import { seedAcmeTenant, type TeamsSeed } from "./seed.ts";
import { TeamsTenant } from "./tenant.ts";
import { ConnectorKeys, type KeyPair } from "./tokens.ts";

/**
 * A Microsoft Teams tenant with memory on this machine, and what stands before it: the login that gives a bot its tokens, the
 * Bot Connector's REST API, signed activities for what people do, and the connector's published keys. It keeps Teams' rules on
 * tokens, rosters, sizes, cards, time and rates.
 */
export interface TeamsStandIn {
  readonly url: string;
  /** For `TEAMS_SERVICE_URL`; every activity carries it. */
  readonly serviceUrl: string;
  /** For `TEAMS_OPENID_METADATA_URL`. */
  readonly openIdMetadataUrl: string;
  /** For `TEAMS_LOGIN_URL`, in place of https://login.microsoftonline.com. */
  readonly loginUrl: string;
  readonly appId: string;
  readonly appPassword: string;
  readonly tenantId: string;
  readonly tenant: TeamsTenant;
  /** Every call of the connector's REST API, oldest first, also those that failed. */
  readonly calls: readonly RecordedCall[];
  /** The bot's access tokens, to look for where none may be. */
  issuedTokens(): readonly string[];
  /** Where activities are posted, e.g. `http://127.0.0.1:3000/api/messages`. */
  connectBot(messagesUrl: string): void;
  inject(fault: TeamsFault): void;
  clearFaults(): void;
  /** Nothing of Teams answers from now on: no connection at all, or 503 for everything. People cannot act either. */
  goDown(how: "refused" | "unavailable"): Promise<void>;
  comeBack(): Promise<void>;
  /** Changes the rate limits, or turns them off (undefined). They are on from the start. */
  limitRates(limits: TeamsRateLimits | undefined): void;
  /** The page's doors below `/teams/`, for a server that shows both platforms. They are open also while Teams is down. */
  readonly handlePage: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;
  close(): Promise<void>;
}

export interface TeamsStandInOptions {
  /** Acme unless given. */
  readonly seed?: TeamsSeed;
  /** A free one unless given. */
  readonly port?: number;
  readonly appPassword?: string;
  readonly clock?: Clock;
  /** RSA, with which the connector signs. Making them takes up to half a second: many stand-ins may share them. */
  readonly keys?: KeyPair;
}

export async function startTeamsStandIn(options: TeamsStandInOptions = {}): Promise<TeamsStandIn> {
  const seed = options.seed ?? seedAcmeTenant();
  const clock = options.clock ?? systemClock;
  const { appId } = seed.bot;
  const credentials = { appId, appPassword: options.appPassword ?? "stand-in~secret", tenantId: seed.tenant.id };
  const memory = new TeamsMemory(seed, clock);
  const keys = await ConnectorKeys.make(appId, clock, options.keys);
  const faults = new FaultBook();
  const login = new Login(credentials, clock, faults);
  const connector = new Connector(memory, login, faults, TEAMS_RATE_LIMITS);
  const bot = new BotConnection(keys, clock);
  let url = "";
  const servicePath = `/amer/${seed.tenant.id}/`;
  const serviceUrl = () => `${url}${servicePath}`;
  const interactions = new Interactions(memory, bot, serviceUrl);
  const tenant = new TeamsTenant(memory, bot, interactions, serviceUrl);
  const doors = new TeamsPageDoors(memory, interactions);

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", url);
    const { pathname } = address;
    if (pathname.startsWith("/teams/")) await doors.handle(request, response, address);
    else if (!memory.isUp) answerJson(response, 503, errorBody("ServiceUnavailable", "Service unavailable."));
    else if (pathname === "/v1/.well-known/openidconfiguration") answerJson(response, 200, keys.metadata(url));
    else if (pathname === "/v1/.well-known/keys") answerJson(response, 200, keys.keySet());
    else if (pathname.startsWith(servicePath)) {
      await connector.handle(request, response, pathname.slice(servicePath.length - 1));
    } else if (!(await login.handle(request, response, address))) answerText(response, 404, "text/plain", "not found");
  }

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answerText(response, 500, "text/plain", `the Teams stand-in failed: ${String(error)}`);
    });
  });
  const port = await listen(server, options.port ?? 0);
  url = `http://127.0.0.1:${port}`;

  const changed = new Set<string>();
  function change(conversationId: string, how: { readonly hasBot?: boolean; readonly isDeleted?: boolean }): void {
    changed.add(conversationId);
    memory.changeConversation(conversationId, how);
  }
  return {
    url,
    serviceUrl: serviceUrl(),
    openIdMetadataUrl: `${url}/v1/.well-known/openidconfiguration`,
    loginUrl: url,
    ...credentials,
    tenant,
    calls: connector.calls,
    issuedTokens: () => login.issued,
    connectBot: (messagesUrl) => {
      bot.messagesUrl = messagesUrl;
    },
    inject: (fault) => {
      if (fault.kind === "token-refused") login.refuse();
      else if (fault.kind === "conversation-gone") change(fault.conversationId, { isDeleted: true });
      else if (fault.kind === "bot-removed") change(fault.conversationId, { hasBot: false });
      else if (fault.kind === "message-deleted") tenant.deleteMessage(fault.messageId);
      else faults.add(fault);
    },
    clearFaults: () => {
      faults.clear();
      login.accept();
      for (const id of changed) memory.changeConversation(id, { hasBot: true, isDeleted: false });
      changed.clear();
    },
    goDown: async (how) => {
      memory.setUp(false);
      if (how === "refused") await stop(server);
    },
    comeBack: async () => {
      if (!server.listening) await listen(server, port);
      memory.setUp(true);
    },
    limitRates: (limits) => {
      connector.rates.limits = limits;
    },
    handlePage: (request, response, address) => doors.handle(request, response, address),
    close: async () => {
      if (server.listening) await stop(server);
    },
  };
}

function stop(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    // Streams of pages, and calls that a fault left hanging, would keep it open for ever.
    server.closeAllConnections();
  });
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(portOf(server.address())));
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
