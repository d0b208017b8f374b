import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type TwilioModule from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient.js";
import type Http from "twilio/lib/http/response.js";
import { Fault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Secret } from "../lib/secret.ts";
import { type Asked, asked, faultOfAnswer, faultOfFailure, retryAfterMs } from "./errors.ts";

export type TwilioClient = TwilioModule.Twilio;

export interface TwilioSdk {
  /** A client with exactly these credentials. All of them share one pool of connections. */
  client(sid: AccountSid, token: Secret): Promise<TwilioClient>;
}

export interface TwilioSdkOptions {
  /** Tests and demo only: `http://127.0.0.1:4010` stands for every Twilio host. */
  readonly apiBaseUrl?: string | undefined;
  /** Milliseconds that one call may take, repeats included. */
  readonly timeoutMs?: number;
  /** 0 to 1, for the pause before a repeat. */
  readonly random?: () => number;
}

const TIMEOUT_MS = 10_000;
const MAX_TRIES = 3;
const FIRST_PAUSE_MS = 200;
/** A read may be asked again, so that its first try may not use up all the time. */
const SHARE_OF_A_READ = 0.5;
/** https://www.twilio.com/docs/usage/rest-api-best-practices: limits are on concurrency. */
const MAX_SOCKETS = 20;

/**
 * Twilio's own SDK, loaded at the first call (some 200 ms and 30 MB), with one transport of ours under it.
 * The SDK would let TWILIO_REGION, TWILIO_EDGE and HTTP_PROXY move requests elsewhere without a word; here they do nothing.
 */
export function createTwilioSdk(options: TwilioSdkOptions = {}): TwilioSdk {
  let loading: Promise<(sid: AccountSid, token: Secret) => TwilioClient> | undefined;
  return {
    async client(sid, token) {
      loading ??= load(options);
      return (await loading)(sid, token);
    },
  };
}

async function load(options: TwilioSdkOptions): Promise<(sid: AccountSid, token: Secret) => TwilioClient> {
  const { default: twilio } = await import("twilio");
  const httpClient = createTransport(twilio, options);
  return (sid, token) => twilio(sid, token.reveal(), { httpClient, edge: "", region: "", logLevel: "" });
}

/**
 * Sends requests, repeats the ones that are safe to repeat and turns everything that is not a 2xx with JSON into a `Fault`.
 *
 * - 429: never processed by Twilio, so any method is repeated
 * - 5xx and time-outs: reads only; a write may have happened, its caller reads back
 */
function createTransport(twilio: typeof TwilioModule, options: TwilioSdkOptions): RequestClient {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const random = options.random ?? Math.random;

  class Transport extends twilio.RequestClient {
    constructor() {
      // An empty `ca` keeps the SDK from reading TWILIO_CA_BUNDLE; the agents that count are set below.
      super({ timeout: timeoutMs, autoRetry: false, ca: "" });
      const pool = { keepAlive: true, maxSockets: MAX_SOCKETS };
      this.axios.defaults.httpsAgent = new HttpsAgent(pool);
      this.axios.defaults.httpAgent = new HttpAgent(pool);
      // Axios' own time-out is for a silent socket; an answer that drips must end as well.
      this.axios.interceptors.request.use((config) => ({
        ...config,
        signal: AbortSignal.timeout(config.timeout ?? timeoutMs),
      }));
    }

    override async request<Data>(request: RequestClient.RequestOptions<Data>): Promise<Http.default<Data>> {
      const question = asked(request.method, request.uri);
      const uri = rewritten(request.uri, options.apiBaseUrl);
      // Monotonic: a step of the wall clock must not stretch or cut a request.
      const startedAtMs = performance.now();
      for (let tries = 1; ; tries += 1) {
        const leftMs = timeoutMs - (performance.now() - startedAtMs);
        const mayTakeMs = Math.max(1, question.method === "GET" && tries === 1 ? leftMs * SHARE_OF_A_READ : leftMs);
        try {
          const answer = await super.request({ ...request, uri, timeout: Math.ceil(mayTakeMs) });
          refuseErrors(question, answer);
          return answer;
        } catch (error) {
          const fault = faultOfFailure(question, error);
          const pauseMs = fault.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + random());
          const isInTime = performance.now() - startedAtMs + pauseMs < timeoutMs * 0.9;
          if (tries === MAX_TRIES || !isSafeToRepeat(question, fault) || !isInTime) throw fault;
          await sleep(pauseMs);
        } finally {
          // The SDK keeps the last request with its credentials, for debugging.
          delete this.lastRequest;
          delete this.lastResponse;
        }
      }
    }
  }

  return new Transport();
}

function isSafeToRepeat(question: Asked, fault: Fault): boolean {
  return fault.kind === "rate-limited" || (question.method === "GET" && fault.leavesOutcomeUnknown);
}

function refuseErrors(question: Asked, answer: { statusCode: number; body: unknown; headers: unknown }): void {
  const { statusCode: status, body } = answer;
  if (status < 200 || status > 299) {
    throw faultOfAnswer(question, status, body, retryAfterMs(headerOf(answer.headers, "retry-after")));
  }
  if (status !== 204 && (typeof body !== "object" || body === null)) {
    throw new Fault("unavailable", `Twilio answered ${status} without JSON to ${question.method} ${question.path}`);
  }
}

function headerOf(headers: unknown, name: string): unknown {
  if (typeof headers !== "object" || headers === null) return undefined;
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** `https://api.twilio.com/x` -> `http://127.0.0.1:4010/api.twilio.com/x`, for the absolute addresses of next pages too. */
function rewritten(uri: string, apiBaseUrl: string | undefined): string {
  if (apiBaseUrl === undefined) return uri;
  const target = new URL(uri);
  return `${apiBaseUrl.replace(/\/+$/, "")}/${target.host}${target.pathname}${target.search}`;
}
