import { parse } from "node:querystring";
import type { App } from "@slack/bolt";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { Secret } from "../../lib/secret.ts";
import { createDispatcher, type SlackDoor } from "./door.ts";
import { verifySignature } from "./signature.ts";

/** Interactions carry the message that was clicked in: some 100 kB at most. */
const BODY_LIMIT_BYTES = 1024 * 1024;

const SLACK_PATH = "/slack/events";

/** Bolt's door in a fastify server: checks the signature, hands the body to the app and sends its acknowledgement back. */
export function createSlackReceiver(options: {
  readonly signingSecret: Secret;
  readonly clock: Clock;
  readonly log: Log;
}): SlackDoor {
  const { log } = options;
  let connected: App | undefined;
  const requests = createDispatcher(log);

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
    const ack = await requests.acknowledged(connected, body, retryNumber(request.headers["x-slack-retry-num"]));
    if (!ack.isHandled) return reply.code(404).send();
    // An empty body means "thank you"; an empty JSON text would be shown as an error.
    return ack.answer === undefined || ack.answer === "" ? reply.code(200).send() : reply.send(ack.answer);
  }

  return {
    init: (app) => {
      connected = app;
    },
    start: async () => {},
    stop: () => requests.settle(),
    problem: () => null,
    rehearsal: null,
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

/** https://docs.slack.dev/apis/events-api#retries */
function retryNumber(header: string | string[] | undefined): number | undefined {
  return typeof header === "string" && /^\d{1,3}$/.test(header) ? Number(header) : undefined;
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
