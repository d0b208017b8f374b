import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type CallFault, FaultBook } from "./faults.ts";
import { answerJson, answerText, fields, readBody } from "./http.ts";
import type { Json } from "./json.ts";
import type { SlackMemory } from "./memory.ts";
import { type ApiCall, type ApiMethod, Arguments, SlackRefusal } from "./methods/contract.ts";
import { apiMethods } from "./methods/index.ts";
import { RateLimiter, type RateLimits } from "./rate-limits.ts";

/** One call of the Web API as it came in, without its token. */
export interface RecordedCall {
  readonly method: string;
  readonly arguments: Json;
  readonly atMs: number;
  /** The HTTP status that was sent; undefined while or because none was sent. */
  readonly status: number | undefined;
  /** What the method did and would have answered, also when a fault kept the answer back. */
  readonly answer: Json | undefined;
  readonly fault: CallFault["kind"] | undefined;
}

type OpenRecord = { -readonly [Name in keyof RecordedCall]: RecordedCall[Name] };

interface Tokens {
  readonly bot: string;
  readonly app: string;
  readonly appScopes: readonly string[];
}

/** `POST /api/<method>`: token, faults, rates, scopes, then the method itself. */
export class WebApi {
  readonly calls: OpenRecord[] = [];
  readonly faults = new FaultBook();
  readonly rates: RateLimiter;
  isTokenRevoked = false;
  readonly #memory: SlackMemory;
  readonly #tokens: Tokens;
  readonly #handedOut: Pick<ApiCall, "issueSocketUrl"> & { readonly url: () => string };

  constructor(
    memory: SlackMemory,
    tokens: Tokens,
    handedOut: Pick<ApiCall, "issueSocketUrl"> & { readonly url: () => string },
    limits: RateLimits | undefined,
  ) {
    this.#memory = memory;
    this.#tokens = tokens;
    this.#handedOut = handedOut;
    this.rates = new RateLimiter(limits);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const name = url.pathname.replace(/^\/api\//, "");
    const values = fields(request, url.searchParams, await readBody(request));
    const args = new Arguments(values);
    const method = apiMethods.find((each) => each.name === name);
    const record: OpenRecord = {
      method: name,
      arguments: args.forRecord(),
      atMs: this.#memory.clock.now(),
      status: undefined,
      answer: undefined,
      fault: undefined,
    };
    this.calls.push(record);
    const send = (status: number, body: Json, headers: Readonly<Record<string, string>> = {}) => {
      record.status = status;
      record.answer = body;
      answerJson(response, status, body, { ...this.#scopeHeaders(method), ...headers });
    };
    if (method === undefined) return send(200, { ok: false, error: "unknown_method", req_method: name });
    const channel = args.text("channel");
    const fault = this.faults.take(name, channel);
    record.fault = fault?.kind;
    if (fault !== undefined && isBeforeEffect(fault)) return failBeforeEffect(fault, response, send);
    const seconds = this.rates.secondsToWait(method, channel, this.#memory.clock.now());
    if (seconds > 0) return send(429, { ok: false, error: "ratelimited" }, { "retry-after": String(seconds) });
    const answer = this.#answer(method, args, bearer(request) ?? args.text("token"));
    record.answer = answer;
    if (fault?.kind === "hang") return;
    if (fault?.kind === "cut-answer") {
      response.destroy();
      return;
    }
    if (fault?.kind === "delay") await wait(fault.ms, undefined, { ref: false });
    send(200, answer);
  }

  #answer(method: ApiMethod, args: Arguments, token: string | undefined): Json {
    try {
      if (method.name !== "api.test") this.#checkToken(method, token);
      this.#checkScopes(method, args);
      const { url, issueSocketUrl } = this.#handedOut;
      return { ok: true, ...method.run({ args, memory: this.#memory, url: url(), issueSocketUrl }) };
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      return { ok: false, error: error.code, ...error.more };
    }
  }

  #checkToken(method: ApiMethod, token: string | undefined): void {
    const { bot, app } = this.#tokens;
    if (token === undefined) throw new SlackRefusal("not_authed");
    if (token !== bot && token !== app) throw new SlackRefusal("invalid_auth");
    if ((token === app) !== (method.token === "app")) throw new SlackRefusal("not_allowed_token_type");
    if (token === bot && this.isTokenRevoked) throw new SlackRefusal("token_revoked");
  }

  #checkScopes(method: ApiMethod, args: Arguments): void {
    const [open, hidden] = method.scopes;
    const isPrivate = this.#memory.channel(args.text("channel") ?? args.text("channel_id") ?? "")?.isPrivate === true;
    const needed = isPrivate ? (hidden ?? open) : open;
    const scopes = method.token === "app" ? this.#tokens.appScopes : this.#memory.seed.app.scopes;
    if (needed !== undefined && !scopes.includes(needed)) {
      throw new SlackRefusal("missing_scope", { needed, provided: scopes.join(",") });
    }
  }

  #scopeHeaders(method: ApiMethod | undefined): Readonly<Record<string, string>> {
    return {
      "x-oauth-scopes": this.#memory.seed.app.scopes.join(","),
      "x-accepted-oauth-scopes": method?.scopes.join(",") ?? "",
    };
  }
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
}

function isBeforeEffect(fault: CallFault): boolean {
  return fault.kind === "hang" ? fault.when !== "after-effect" : !["cut-answer", "delay"].includes(fault.kind);
}

function failBeforeEffect(
  fault: CallFault,
  response: ServerResponse,
  send: (status: number, body: Json, headers?: Readonly<Record<string, string>>) => void,
): void {
  if (fault.kind === "rate-limited") {
    send(429, { ok: false, error: "ratelimited" }, { "retry-after": String(fault.retryAfterSeconds) });
  } else if (fault.kind === "error") {
    send(200, { ok: false, error: fault.error });
  } else if (fault.kind === "server-error") {
    answerText(response, fault.status ?? 500, "text/html", "<html><body>Server Error</body></html>");
  }
  // A hang sends nothing: the caller's own patience, or our close, ends it.
}
