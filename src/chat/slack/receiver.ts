import { parse } from "node:querystring";
import type { App, Receiver } from "@slack/bolt";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../lib/clock.ts";
import { orLate } from "../../lib/deadline.ts";
import type { Log } from "../../lib/log.ts";
import type { Secret } from "../../lib/secret.ts";
import { verifySignature } from "./signature.ts";

/** Interactions carry the message that was clicked in: some 100 kB at most. */
const BODY_LIMIT_BYTES = 1024 * 1024;

/** For answers that are on their way when we stop. */
const STOP_WITHIN_MS = 5000;

const SLACK_PATH = "/slack/events";

/** What was said in the answer to Slack's request: nothing, a text, or JSON such as `response_action`. */
type Ack = { readonly isHandled: boolean; readonly answer: unknown };

export interface SlackReceiver extends Receiver {
  /** Adds the route for events, interactions and commands, with a body parser of its own that keeps the raw bytes. */
  register(fastify: FastifyInstance): void;
}

/** Bolt's door in a fastify server: checks the signature, hands the body to the app and sends its acknowledgement back. */
export function createSlackReceiver(options: {
  readonly signingSecret: Secret;
  readonly clock: Clock;
  readonly log: Log;
}): SlackReceiver {
  const { log } = options;
  let connected: App | undefined;
  const running = new Set<Promise<void>>();

  async function receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const body = parseBody(rawBody, request.headers["content-type"]);
    // Slack does not sign this check, so nothing but an answer comes of it.
    if (body?.["ssl_check"] === "1" && body["payload"] === undefined) return reply.code(200).send();
    const verdict = verifySignature({
      signingSecret: options.signingSecret,
      timestamp: single(request.headers["x-slack-request-timestamp"]),
      signature: single(request.headers["x-slack-signature"]),
      rawBody,
      nowMs: options.clock.now(),
    });
    if (verdict !== "valid") {
      log.warn({ reason: verdict }, "request that Slack did not sign, refused");
      return reply.code(401).send();
    }
    if (body === undefined) return reply.code(400).send();
    if (body["type"] === "url_verification") return reply.send({ challenge: body["challenge"] });
    if (connected === undefined) return reply.code(503).send();
    const ack = await acknowledged(connected, body, single(request.headers["x-slack-retry-num"]));
    if (!ack.isHandled) return reply.code(404).send();
    // An empty body means "thank you"; an empty JSON text would be shown as an error.
    return ack.answer === undefined || ack.answer === "" ? reply.code(200).send() : reply.send(ack.answer);
  }

  /** Resolves at the acknowledgement; what the app does after it goes on. */
  function acknowledged(app: App, body: Readonly<Record<string, unknown>>, retryNum?: string): Promise<Ack> {
    return new Promise((resolve) => {
      const work = app
        .processEvent({
          body: { ...body },
          ack: async (answer: unknown) => resolve({ isHandled: true, answer }),
          ...(retryNum === undefined ? {} : { retryNum: Number(retryNum) }),
        })
        .catch((error: unknown) => {
          log.error({ err: error instanceof Error ? error : new Error(String(error)) }, "request from Slack failed");
        })
        .then(() => resolve({ isHandled: false, answer: undefined }))
        .finally(() => running.delete(work));
      running.add(work);
    });
  }

  return {
    init: (app) => {
      connected = app;
    },
    start: async () => {},
    stop: async () => {
      await orLate(Promise.allSettled(running), STOP_WITHIN_MS);
    },
    register: (fastify) => {
      fastify.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) =>
          done(null, body),
        );
        scope.post(SLACK_PATH, { bodyLimit: BODY_LIMIT_BYTES }, receive);
      });
    },
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : undefined;
}

/** Forms hold interactions as JSON in `payload`, or the fields of a command; events are JSON. Undefined when it is neither. */
function parseBody(raw: Buffer, contentType = ""): Readonly<Record<string, unknown>> | undefined {
  const text = raw.toString("utf8");
  if (!contentType.startsWith("application/x-www-form-urlencoded")) return parseJson(text);
  const form = parse(text);
  return typeof form["payload"] === "string" && form["payload"] !== "" ? parseJson(form["payload"]) : form;
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
