import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "@slack/bolt";
import { z } from "zod";
import type { Clock } from "../../lib/clock.ts";
import { orLate } from "../../lib/deadline.ts";
import { type Fault, isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { Secret } from "../../lib/secret.ts";
import { createSlackApi } from "./api.ts";
import { createDispatcher, type SlackDoor } from "./door.ts";
import { BUDGET_MS } from "./limits.ts";
import { type Connection, connect } from "./socket-connection.ts";

/** Slack renews a connection every few hours and wants us back at once; whoever fails waits longer each time. */
const PAUSES_MS = [0, 1000, 2000, 5000, 10_000, 30_000] as const;
/** A connection that held this long was a good one. */
const GOOD_AFTER_MS = 10_000;

const UNHEARD = "clicks and commands get no answer until it is connected; Tollgate keeps trying.";
const MAKE_TOKEN =
  "make an app-level token with connections:write under Basic Information, App-Level Tokens, in the app's settings.";

/**
 * Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode
 *
 * connecting --hello--> connected --closed, for whatever reason--> connecting (at once)
 *     '------refused, unreachable, no hello--> waiting --pause--> connecting
 *
 * The library's own way to reconnect ends the process when Slack cannot be reached just then, so each connection is new.
 */
export function createSocket(options: {
  readonly appToken: Secret;
  readonly apiUrl: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}): SlackDoor {
  const { clock, log } = options;
  const requests = createDispatcher(log);
  const ended = new AbortController();
  let app: App | undefined;
  let connection: Connection | undefined;
  let problem: string | null = `Socket Mode is not connected yet; ${UNHEARD}`;
  let keeping: { readonly tried: Promise<void>; readonly over: Promise<void> } | undefined;

  /** One connection from its beginning to its end. Answers how long to wait for the next. */
  async function holdOne(failures: number, onOutcome: () => void): Promise<{ failures: number; pauseMs: number }> {
    try {
      const open = await connect({
        ...options,
        receive: (body, retryNum) =>
          app === undefined
            ? Promise.resolve({ isHandled: false, answer: undefined })
            : requests.acknowledged(app, body, retryNum),
      });
      if (ended.signal.aborted) {
        await open.close();
        return next(0, undefined);
      }
      connection = open;
      problem = null;
      const connectedAtMs = clock.now();
      log.info({}, "connected to Slack over a web socket");
      onOutcome();
      const reason = await open.closed;
      problem = closedProblem(reason);
      log.info({ reason }, "the web socket to Slack was closed");
      const wasGood = clock.now() - connectedAtMs >= GOOD_AFTER_MS;
      return next(wasGood ? 0 : failures, undefined);
    } catch (error) {
      if (!isFault(error)) throw error;
      problem = refusedProblem(error);
      log.warn({ kind: error.kind, code: error.code }, "no web socket to Slack");
      onOutcome();
      return next(Math.max(1, failures), error.retryAfterMs);
    } finally {
      connection = undefined;
    }
  }

  async function keepConnected(onOutcome: () => void): Promise<void> {
    let wait = { failures: 0, pauseMs: 0 };
    while (!ended.signal.aborted) {
      wait = await holdOne(wait.failures, onOutcome);
      await sleep(wait.pauseMs, undefined, { signal: ended.signal }).catch(() => {});
    }
  }

  return {
    init: (connected) => {
      app = connected;
    },
    register: () => {},
    async start() {
      keeping ??= begin(keepConnected);
      await orLate(keeping.tried, BUDGET_MS.webApi);
    },
    async stop() {
      ended.abort();
      await requests.settle();
      await connection?.close();
      if (keeping !== undefined) await orLate(keeping.over, BUDGET_MS.closing);
    },
    problem: () => problem,
    rehearsal: {
      name: "ask Slack for a web socket",
      // Not opened: Slack would send it clicks that belong to the service which runs meanwhile.
      async try() {
        if (keeping !== undefined) return problem;
        try {
          const api = createSlackApi({ ...options, botToken: options.appToken, timeoutMs: BUDGET_MS.webApi });
          await api.call("apps.connections.open", {}, z.looseObject({ url: z.string() }));
          return null;
        } catch (error) {
          if (isFault(error)) return refusedProblem(error);
          throw error;
        }
      },
    },
  };
}

function begin(keepConnected: (onOutcome: () => void) => Promise<void>) {
  let over = Promise.resolve();
  const tried = new Promise<void>((resolve) => {
    over = keepConnected(resolve);
  });
  return { tried, over };
}

function next(failures: number, retryAfterMs: number | undefined) {
  const pauseMs = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0;
  return { failures: failures + 1, pauseMs: Math.max(pauseMs, retryAfterMs ?? 0) };
}

function refusedProblem(fault: Fault): string {
  const code = fault.code ?? fault.kind;
  if (code === "missing_scope") return `SLACK_APP_TOKEN: the scope connections:write is missing; ${MAKE_TOKEN}`;
  if (fault.kind === "unauthorised") return `SLACK_APP_TOKEN: Slack refuses it (${code}); ${MAKE_TOKEN}`;
  return closedProblem(code);
}

/** Slack's reasons to close. https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect */
function closedProblem(reason: string): string {
  switch (reason) {
    case "link_disabled":
      return "Socket Mode was switched off in the app's settings; switch it on, or take SLACK_APP_TOKEN away to use HTTP.";
    case "too_many_websockets":
      return "Socket Mode: the app has more than ten connections; stop what else uses SLACK_APP_TOKEN.";
    default:
      return `Socket Mode is not connected (${reason}); ${UNHEARD}`;
  }
}
