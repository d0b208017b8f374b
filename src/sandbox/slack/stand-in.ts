import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { AppConnection } from "./app-connection.ts";
import type { SlackFault } from "./faults.ts";
import { answerText } from "./http.ts";
import { SlackMemory } from "./memory.ts";
import { PageDoors, type PageMount } from "./page-doors.ts";
import type { RateLimits } from "./rate-limits.ts";
import { handleResponseUrl } from "./response-url.ts";
import { type SlackSeed, seedAcmeWorkspace } from "./seed.ts";
import { type RecordedCall, WebApi } from "./web-api.ts";
import { SlackWorkspace } from "./workspace.ts";

/**
 * A Slack workspace with memory on this machine: the Web API for the app, signed requests for what people do, and a page
 * for a human. It keeps Slack's rules on tokens, scopes, triggers, response URLs, Block Kit and (when asked) rates.
 */
export interface SlackStandIn {
  readonly url: string;
  /** For `slackApiUrl` of Bolt and WebClient. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly signingSecret: string;
  readonly workspace: SlackWorkspace;
  /** Every call of the Web API, oldest first, also those that failed. */
  readonly calls: readonly RecordedCall[];
  /** Where interactions, events and slash commands are posted, e.g. `http://127.0.0.1:3000/slack/events`. */
  connectApp(requestUrl: string): void;
  inject(fault: SlackFault): void;
  clearFaults(): void;
  /** Turns rate limits on, changes them, or turns them off (undefined, the default). */
  limitRates(limits: RateLimits | undefined): void;
  close(): Promise<void>;
}

export interface SlackStandInOptions {
  /** Acme unless given. */
  readonly seed?: SlackSeed;
  /** A free one unless given. */
  readonly port?: number;
  readonly botToken?: string;
  readonly signingSecret?: string;
  readonly clock?: Clock;
  readonly rateLimits?: RateLimits;
  /** The folder with the built page; beside the built stand-in unless given. */
  readonly pageFolder?: string;
  /** What the page's side panel shows (PageFacts), asked once a second. */
  readonly facts?: () => unknown;
  /** Other platforms that the same page shows, by the name that their paths begin with: `teams` answers `/teams/…`. */
  readonly mounts?: Readonly<Record<string, PageMount>>;
}

export async function startSlackStandIn(options: SlackStandInOptions = {}): Promise<SlackStandIn> {
  const botToken = options.botToken ?? "xoxb-stand-in";
  const signingSecret = options.signingSecret ?? "5lack51gn1ng5ecret5lack51gn1ng5e";
  const clock = options.clock ?? systemClock;
  const memory = new SlackMemory(options.seed ?? seedAcmeWorkspace(), clock);
  const app = new AppConnection(signingSecret, clock);
  const api = new WebApi(memory, botToken, options.rateLimits);
  let url = "";
  const workspace = new SlackWorkspace(memory, app, () => url);
  const pageFolder = options.pageFolder ?? join(import.meta.dirname, "..", "page");
  const mounts = options.mounts ?? {};
  const doors = new PageDoors(memory, workspace, pageFolder, options.facts, Object.keys(mounts));

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", url);
    const mount = mounts[address.pathname.split("/")[1] ?? ""];
    if (mount !== undefined) await mount(request, response, address);
    else if (address.pathname.startsWith("/api/")) await api.handle(request, response, address);
    else if (/^\/(actions|commands)\//.test(address.pathname)) {
      await handleResponseUrl(memory, request, response, address);
    } else await doors.handle(request, response, address);
  }

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answerText(response, 500, "text/plain", `the Slack stand-in failed: ${String(error)}`);
    });
  });
  url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;

  const archived = new Set<string>();
  return {
    url,
    apiUrl: `${url}/api/`,
    botToken,
    signingSecret,
    workspace,
    calls: api.calls,
    connectApp: (requestUrl) => {
      app.requestUrl = requestUrl;
    },
    inject: (fault) => {
      if (fault.kind === "token-revoked") api.isTokenRevoked = true;
      else if (fault.kind === "message-deleted") workspace.deleteMessage(fault.channel, fault.ts);
      else if (fault.kind === "channel-archived") {
        archived.add(fault.channel);
        workspace.setArchived(fault.channel, true);
      } else api.faults.add(fault);
    },
    clearFaults: () => {
      api.faults.clear();
      api.isTokenRevoked = false;
      for (const channel of archived) workspace.setArchived(channel, false);
      archived.clear();
    },
    limitRates: (limits) => {
      api.rates.limits = limits;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        // Streams of pages, and calls that a fault left hanging, would keep it open for ever.
        server.closeAllConnections();
      }),
  };
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
