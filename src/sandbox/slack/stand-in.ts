import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { AppConnection } from "./app-connection.ts";
import type { SlackFault } from "./faults.ts";
import { answerText, readBytes } from "./http.ts";
import { SlackMemory } from "./memory.ts";
import { PageDoors, type PageMount } from "./page-doors.ts";
import type { RateLimits } from "./rate-limits.ts";
import { handleResponseUrl } from "./response-url.ts";
import { type SlackSeed, seedAcmeWorkspace } from "./seed.ts";
import { SocketHub } from "./socket-hub.ts";
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
  /** App-level token, for Socket Mode. */
  readonly appToken: string;
  readonly workspace: SlackWorkspace;
  /** Every call of the Web API, oldest first, also those that failed. */
  readonly calls: readonly RecordedCall[];
  /** Where interactions, events and slash commands are posted, e.g. `http://127.0.0.1:3000/slack/events`. */
  connectApp(requestUrl: string): void;
  /** Web sockets that the app holds open now. */
  socketConnections(): number;
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
  readonly appToken?: string;
  /** `connections:write` unless given. */
  readonly appTokenScopes?: readonly string[];
  /** True: what happens goes to the app's web sockets, and its address means nothing. */
  readonly isSocketMode?: boolean;
  /** When an event that the app did not acknowledge is sent again; Slack's own three times unless given. */
  readonly retryAfterMs?: readonly number[];
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
  let url = "";
  const sockets = new SocketHub(memory.seed.app.appId);
  const app = new AppConnection(signingSecret, clock, sockets, options.isSocketMode === true);
  if (options.retryAfterMs !== undefined) app.retryAfterMs = options.retryAfterMs;
  const appToken = options.appToken ?? "xapp-stand-in";
  const api = new WebApi(
    memory,
    { bot: botToken, app: appToken, appScopes: options.appTokenScopes ?? ["connections:write"] },
    { url: () => url, issueSocketUrl: () => sockets.issueUrl(url) },
    options.rateLimits,
  );
  const workspace = new SlackWorkspace(memory, app, () => url);
  const pageFolder = options.pageFolder ?? join(import.meta.dirname, "..", "page");
  const mounts = options.mounts ?? {};
  const doors = new PageDoors(memory, workspace, pageFolder, options.facts, Object.keys(mounts));

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", url);
    const mount = mounts[address.pathname.split("/")[1] ?? ""];
    if (mount !== undefined) await mount(request, response, address);
    else if (address.pathname.startsWith("/api/")) await api.handle(request, response, address);
    else if (address.pathname.startsWith("/upload/v1/")) await receiveFile(memory, request, response, address);
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
  server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
  url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;

  const archived = new Set<string>();
  return {
    url,
    apiUrl: `${url}/api/`,
    botToken,
    signingSecret,
    appToken,
    workspace,
    calls: api.calls,
    connectApp: (requestUrl) => {
      app.requestUrl = requestUrl;
    },
    socketConnections: () => sockets.connections,
    inject: (fault) => {
      if (fault.kind === "token-revoked") api.isTokenRevoked = true;
      else if (fault.kind === "response-urls-expired") memory.tickets.areResponsesExpired = true;
      else if (fault.kind === "files-unseen") memory.files.isLooking = true;
      else if (fault.kind === "socket-cut") sockets.cut();
      else if (fault.kind === "socket-disconnect") {
        if (fault.reason === "link_disabled") sockets.isDisabled = true;
        sockets.disconnect(fault.reason);
      } else if (fault.kind === "message-deleted") workspace.deleteMessage(fault.channel, fault.ts);
      else if (fault.kind === "channel-archived") {
        archived.add(fault.channel);
        workspace.setArchived(fault.channel, true);
      } else api.faults.add(fault);
    },
    clearFaults: () => {
      api.faults.clear();
      api.isTokenRevoked = false;
      sockets.isDisabled = false;
      memory.tickets.areResponsesExpired = false;
      memory.files.isLooking = false;
      for (const channel of archived) workspace.setArchived(channel, false);
      archived.clear();
    },
    limitRates: (limits) => {
      api.rates.limits = limits;
    },
    close: () =>
      new Promise((resolve, reject) => {
        app.close();
        sockets.close();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        // Streams of pages, and calls that a fault left hanging, would keep it open for ever.
        server.closeAllConnections();
      }),
  };
}

/** `POST /upload/v1/…`: the bytes of a file. The address is the permission, and works once. */
async function receiveFile(
  memory: SlackMemory,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const type = request.headers["content-type"] ?? "";
  const body = await readBytes(request);
  const file = type.startsWith("multipart/form-data") ? await fileInForm(body, type) : body;
  const isTaken = memory.files.receive(url.pathname.split("/").at(-1) ?? "", file);
  answerText(response, isTaken ? 200 : 400, "text/plain", isTaken ? "OK" : "the file is not as it was announced");
}

/** Slack's own library sends the file as the one field of a form. */
async function fileInForm(body: Buffer<ArrayBuffer>, type: string): Promise<Buffer> {
  const [field] = [...(await new Response(body, { headers: { "content-type": type } }).formData()).values()];
  return field instanceof Blob ? Buffer.from(await field.arrayBuffer()) : Buffer.from(field ?? "");
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
