import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Api } from "./api.ts";
import type { Faults } from "./faults.ts";
import type { ApiAnswer, ApiRequest } from "./route.ts";
import { newSid } from "./sids.ts";

/** A request as tests may look at it. The Authorization header is never kept. */
export interface RecordedRequest {
  readonly atMs: number;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  /** What was answered; undefined when a fault kept the answer back. */
  readonly status: number | undefined;
  /** The account that authenticated; undefined when none did, or when a fault came first. */
  readonly accountSid: string | undefined;
}

export interface ServerParts {
  readonly api: Api;
  readonly faults: Faults;
  readonly nowMs: () => number;
  /** Runs after the effect and before the answer leaves. */
  readonly afterEffect: (request: RecordedRequest) => void;
}

const LARGEST_BODY = 1_000_000;
const NAMES = ["api", "accounts", "iam", "voice", "monitor", "events", "numbers", "verify", "lookups"] as const;
const HOSTS = new Set(NAMES.map((name) => `${name}.twilio.com`));

/** Listens on 127.0.0.1; `/api.twilio.com/x` is `https://api.twilio.com/x`. */
export async function listen(parts: ServerParts, port: number): Promise<Server> {
  let concurrent = 0;
  const server = createServer((message, response) => {
    concurrent += 1;
    response.once("close", () => {
      concurrent -= 1;
    });
    handle(parts, message, response, concurrent).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

export function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the Twilio stand-in listens on no port");
  return address.port;
}

async function handle(
  parts: ServerParts,
  message: IncomingMessage,
  response: ServerResponse,
  concurrent: number,
): Promise<void> {
  const request = await readRequest(message);
  if (!HOSTS.has(request.host)) return send(response, hostUnknown(request.host), concurrent);
  const fault = parts.faults.takeForRequest(request.method, request.host, request.path);
  const record = (status: number | undefined, accountSid?: string): void => {
    const { method, host, path, query, form } = request;
    parts.afterEffect({ atMs: parts.nowMs(), method, host, path, query, form, status, accountSid });
  };
  if (fault?.kind === "no-answer-before") {
    record(undefined);
    if (fault.cut === true) response.destroy();
    return;
  }
  if (fault?.kind === "status" && fault.after !== true) {
    record(fault.status);
    return send(response, failure(fault.status), concurrent, fault.retryAfterSeconds);
  }
  const { answer, accountSid } = parts.api.dispatch(request);
  if (fault?.kind === "no-answer-after") {
    record(undefined, accountSid);
    if (fault.cut === true) response.destroy();
    return;
  }
  const shown = fault?.kind === "status" ? failure(fault.status) : answer;
  record(shown.status, accountSid);
  if (fault?.kind === "delay") await pause(fault.ms, undefined, { ref: false });
  send(response, shown, concurrent, fault?.kind === "status" ? fault.retryAfterSeconds : undefined);
}

async function readRequest(message: IncomingMessage): Promise<ApiRequest> {
  const url = new URL(message.url ?? "/", "http://127.0.0.1");
  const [, host = "", ...rest] = url.pathname.split("/");
  const body = await readBody(message);
  const isJson = message.headers["content-type"]?.startsWith("application/json") ?? false;
  return {
    method: message.method ?? "GET",
    host,
    path: decodeURIComponent(`/${rest.join("/")}`),
    query: url.searchParams,
    form: new URLSearchParams(isJson ? "" : body),
    ...(isJson ? { json: parseJson(body) } : {}),
    authorization: message.headers.authorization,
    ipAddress: "127.0.0.1",
  };
}

/** Undefined when it is none: the route then misses its fields. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_BODY) throw new Error("body too large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function failure(status: number): ApiAnswer {
  const code = status === 429 ? 20429 : 20500;
  const message = status === 429 ? "Too Many Requests" : "An internal server error has occurred";
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

function hostUnknown(host: string): ApiAnswer {
  const message = `The Twilio stand-in does not play ${host}`;
  return { status: 404, body: { code: 20404, message, more_info: "", status: 404 } };
}

function send(response: ServerResponse, answer: ApiAnswer, concurrent: number, retryAfterSeconds?: number): void {
  response.statusCode = answer.status;
  response.setHeader("Twilio-Request-Id", newSid("RQ"));
  response.setHeader("Twilio-Concurrent-Requests", String(concurrent));
  if (answer.status === 401) response.setHeader("WWW-Authenticate", 'Basic realm="Twilio API"');
  if (retryAfterSeconds !== undefined) response.setHeader("Retry-After", String(retryAfterSeconds));
  if (answer.body === undefined) {
    response.end();
    return;
  }
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.end(JSON.stringify(answer.body));
}
