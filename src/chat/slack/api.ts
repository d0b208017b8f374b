import { type FetchFunction, type Logger, LogLevel, WebClient } from "@slack/web-api";
import type { ZodType } from "zod";
import type { Clock } from "../../lib/clock.ts";
import { Fault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { Secret } from "../../lib/secret.ts";
import { toFault } from "./errors.ts";

/** When Slack says "too many" and not for how long. */
const DEFAULT_PAUSE_SECONDS = 30;

/** Slack's Web API: one attempt, one time limit, `Fault` for everything that fails. */
export interface SlackApi {
  /** After a 429 the same method on the same channel fails at once until its Retry-After is over; nothing else waits. */
  call<Answer>(method: string, args: Readonly<Record<string, unknown>>, shape: ZodType<Answer>): Promise<Answer>;
}

export function createSlackApi(options: {
  readonly botToken: Secret;
  /** `https://slack.com/api/` unless given. */
  readonly apiUrl: string | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
}): SlackApi {
  const { clock } = options;
  const client = new WebClient(options.botToken.reveal(), {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    timeout: options.timeoutMs,
    // The library would repeat for half an hour, and pause every channel for one.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    fetch: fetchWithRetryAfter,
    logger: quietLogger(options.log),
  });
  const pausedUntilMs = new Map<string, number>();

  function checkPause(key: string, method: string): void {
    const retryAfterMs = (pausedUntilMs.get(key) ?? 0) - clock.now();
    if (retryAfterMs <= 0) {
      pausedUntilMs.delete(key);
      return;
    }
    throw new Fault("rate-limited", `slack: ${method} is rate limited`, { code: "ratelimited", retryAfterMs });
  }

  return {
    async call(method, args, shape) {
      const key = `${method} ${String(args["channel"] ?? "")}`;
      checkPause(key, method);
      try {
        const answer = shape.safeParse(await client.apiCall(method, { ...args }));
        if (answer.success) return answer.data;
        throw new Fault("unavailable", `slack: ${method} answered in a form that is not known`);
      } catch (error) {
        const fault = toFault(error, method);
        if (fault.kind === "rate-limited") {
          pausedUntilMs.set(key, clock.now() + (fault.retryAfterMs ?? DEFAULT_PAUSE_SECONDS * 1000));
        }
        throw fault;
      }
    },
  };
}

/** The library throws an unnamed error for a 429 without a readable Retry-After; this gives it one. */
export const fetchWithRetryAfter: FetchFunction = async (url, init) => {
  const response = await fetch(url, init);
  if (response.status !== 429 || /^\d+$/.test(response.headers.get("retry-after") ?? "")) return response;
  return new Response(null, { status: 429, headers: { "retry-after": String(DEFAULT_PAUSE_SECONDS) } });
};

/** Slack's libraries log bodies and headers; of that we keep only that something was reported. */
export function quietLogger(log: Log): Logger {
  return {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: () => log.debug("the Slack library reported an error"),
    setLevel: () => {},
    getLevel: () => LogLevel.ERROR,
    setName: () => {},
  };
}
