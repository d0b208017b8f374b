import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { answerJson, readBody } from "../slack/http.ts";
import { isJson, type Json, parseJson } from "../slack/json.ts";
import type { CallFault, FaultBook } from "./faults.ts";
import type { Login } from "./login.ts";
import type { TeamsMemory } from "./memory.ts";
import { ConnectorRefusal } from "./messages.ts";
import { type Call, carryOut, findCall } from "./operations.ts";
import { RateLimiter, type TeamsRateLimits } from "./rate-limits.ts";

/** One call of the connector's REST API, as it came and as it was answered. */
export interface RecordedCall extends Call {
  readonly body: Json;
  readonly atMs: number;
  /** Undefined when the caller never got an answer. */
  readonly status: number | undefined;
  /** The error's code, e.g. `ConversationNotFound`. */
  readonly error: string | undefined;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly error?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference */
export class Connector {
  readonly #faults: FaultBook;
  readonly rates: RateLimiter;
  readonly calls: RecordedCall[] = [];
  readonly #memory: TeamsMemory;
  readonly #login: Login;

  constructor(memory: TeamsMemory, login: Login, faults: FaultBook, limits: TeamsRateLimits | undefined) {
    this.#memory = memory;
    this.#faults = faults;
    this.#login = login;
    this.rates = new RateLimiter(limits);
  }

  /** `path` without the service address, e.g. `/v3/conversations`. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const parsed = parseJson((await readBody(request)) || "{}");
    const body = isJson(parsed) ? parsed : {};
    const call = findCall(request.method ?? "GET", path, body);
    if (call === undefined) {
      answerJson(response, 404, errorBody("NotFound", `no ${request.method} ${path}`));
      return;
    }
    const isGone = new Promise<"none">((resolve) => response.once("close", () => resolve("none")));
    const answer = await this.#answer(call, body, request.headers.authorization, isGone);
    const status = answer === "none" ? undefined : answer.status;
    const error = answer === "none" ? undefined : answer.error;
    this.calls.push({ ...call, body, atMs: this.#memory.clock.now(), status, error });
    if (answer === "none") {
      response.destroy();
    } else answerJson(response, answer.status, answer.body, answer.headers);
  }

  /** `isGone` settles when the caller gives up. */
  async #answer(
    call: Call,
    body: Json,
    authorization: string | undefined,
    isGone: Promise<"none">,
  ): Promise<Answer | "none"> {
    if (!this.#login.isValid(authorization)) {
      return {
        status: 401,
        body: { message: "Authorization has been denied for this request." },
        error: "Unauthorized",
      };
    }
    const fault = this.#faults.take(call.operation, call.conversationId);
    const struck = fault === undefined ? undefined : faultAnswer(fault);
    if (struck !== undefined) return struck;
    const waitMs = this.rates.msToWait(call.kind, call.thread, this.#memory.clock.now());
    if (waitMs > 0) return rateLimited(Math.ceil(waitMs / 1000));
    if (fault?.kind === "hang" && fault.when !== "after-effect") return isGone;
    const answer = this.#carriedOut(call, body);
    if (fault?.kind === "hang") return isGone;
    if (fault?.kind === "cut-answer") return "none";
    if (fault?.kind === "delay") await wait(fault.ms);
    return answer;
  }

  #carriedOut(call: Call, body: Json): Answer {
    try {
      return carryOut(this.#memory, call, body);
    } catch (error) {
      if (!(error instanceof ConnectorRefusal)) throw error;
      return { status: error.status, body: errorBody(error.code, error.message), error: error.code };
    }
  }
}

function faultAnswer(fault: CallFault): Answer | undefined {
  if (fault.kind === "rate-limited") return rateLimited(fault.retryAfterSeconds);
  if (fault.kind !== "status") return undefined;
  const code = STATUS_CODES[fault.status];
  return { status: fault.status, body: errorBody(code, code), error: code };
}

const STATUS_CODES = {
  412: "PreconditionFailed",
  500: "InternalServerError",
  502: "BadGateway",
  503: "ServiceUnavailable",
  504: "GatewayTimeout",
} as const;

function rateLimited(retryAfterSeconds: number | undefined): Answer {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  const body = errorBody("RateLimited", "API calls quota exceeded! maximum admitted is reached.");
  return { status: 429, body, error: "RateLimited", headers };
}

export function errorBody(code: string, message: string): Json {
  return { error: { code, message } };
}
