import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../lib/clock.ts";
import { within } from "../lib/deadline.ts";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { ParsedDelivery, SignalSource } from "../signal/contract.ts";
import { bodyAccountSid } from "../signal/form.ts";
import type { SignalStore, WebhookVerifier } from "../workflow/ports.ts";
import { createAccountLimit } from "./account-limit.ts";
import { type Answer, FOREIGN_ACCOUNT, STATUS } from "./answer.ts";
import { expectedBody, FORM, JSON_TYPES, LIMITS, reads } from "./body.ts";
import { createSenderCheck, type WebhookRequest } from "./check-sender.ts";
import type { Metrics } from "./metrics.ts";
import { createMinuteLatch } from "./minute-latch.ts";

export interface Intake {
  readonly sources: readonly SignalSource[];
  readonly verifier: WebhookVerifier;
  readonly signals: Pick<SignalStore, "keep">;
  readonly clock: Clock;
  /** `intake.perAccountPerMinute` of the policy in force. */
  readonly perAccountPerMinute: () => number;
  /** Called after 2xx is certain: this account has signals that detection has not seen. Must not block. */
  readonly onFresh: (accountSid: AccountSid) => void;
  /** A source told of this account; at most once a minute for each. Must not block. */
  readonly onHeard: (source: string, accountSid: AccountSid) => void;
  /**
   * The account sent more than its share, and what it said was not heard: with the first of a minute, and each time that they have
   * doubled. Must not block.
   */
  readonly onRefused: (accountSid: AccountSid, refusedInMinute: number) => void;
  /** Test events that came to the sinks of this account. They are durable when it resolves. */
  readonly keepSinkTests: (accountSid: AccountSid, testIds: readonly string[]) => Promise<void>;
}

/** Within a second the sender is told that its signal could not be stored; the rest of that second is for everything else. */
const STORE_BUDGET_MS = 900;

/** Of one post. Twilio sends one test event at a time. */
const MOST_SINK_TESTS = 10;

type Understood = Extract<ParsedDelivery, { readonly ok: true }>;

/**
 * `/twilio/<source>/:accountSid`. Cheap checks come first (size, form, SID), then the signature, and only what is signed is looked
 * into. 2xx is said when the signal is durable, and not before.
 */
export function twilioRoutes(
  intake: Intake,
  metrics: Pick<Metrics, "webhook">,
  log: Log,
): (server: FastifyInstance) => Promise<void> {
  const limit = createAccountLimit(intake.perAccountPerMinute);
  const heard = createMinuteLatch();
  const checkSender = createSenderCheck(intake.verifier);

  function give(reply: FastifyReply, source: SignalSource, answer: Answer): FastifyReply {
    metrics.webhook(source.id, answer.outcome);
    reply.code(STATUS[answer.outcome]);
    if (answer.outcome === "rate-limited") reply.header("retry-after", answer.retryAfterSeconds);
    return "reason" in answer ? reply.send({ error: answer.reason }) : reply.send();
  }

  async function answerTo(source: SignalSource, request: WebhookRequest, pathSid: AccountSid): Promise<Answer> {
    const checked = await checkSender(request);
    if (!checked.ok) return checked.answer;

    const nowMs = intake.clock.now();
    // Counted after the signature: SIDs are no secret, and strangers must not be able to shut a customer's alarms out.
    const refused = limit.take(pathSid, nowMs);
    if (refused !== null) {
      if (Number.isInteger(Math.log2(refused.count))) intake.onRefused(pathSid, refused.count);
      return { outcome: "rate-limited", retryAfterSeconds: refused.retryAfterSeconds };
    }

    const delivery = source.parse({
      fields: checked.fields,
      ...("json" in checked ? { json: checked.json } : {}),
      accountSid: pathSid,
      headers: plainHeaders(request),
      receivedAtMs: nowMs,
    });
    if (!delivery.ok) return { outcome: "malformed", reason: delivery.reason };
    const accounts = new Set(delivery.received.map(({ signal }) => signal.accountSid));
    for (const accountSid of accounts) {
      const isChecked = accountSid === pathSid || accountSid === bodyAccountSid(checked.fields);
      if (!isChecked && !(await intake.verifier.covers(pathSid, accountSid))) return FOREIGN_ACCOUNT;
    }
    const answer = await keep(delivery, pathSid, nowMs);
    for (const accountSid of accounts.add(pathSid)) {
      if (heard.isFirst(`${source.id} ${accountSid}`, nowMs)) intake.onHeard(source.id, accountSid);
    }
    return answer;
  }

  async function keep({ received, sinkTests = [] }: Understood, pathSid: AccountSid, nowMs: number): Promise<Answer> {
    if (sinkTests.length > 0) {
      const tests = intake.keepSinkTests(pathSid, sinkTests.slice(0, MOST_SINK_TESTS));
      await within(STORE_BUDGET_MS, "storing a sink's test", tests);
    }
    if (received.length === 0) return { outcome: sinkTests.length > 0 ? "accepted" : "ignored" };
    const fresh = await within(STORE_BUDGET_MS, "storing a signal", intake.signals.keep(received, nowMs));
    for (const accountSid of fresh) intake.onFresh(accountSid);
    return { outcome: fresh.length === 0 ? "repeated" : "accepted" };
  }

  async function handle(source: SignalSource, request: WebhookRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { accountSid } = request.params;
    if (!isAccountSid(accountSid)) return give(reply, source, { outcome: "unknown-account" });
    let answer: Answer;
    try {
      answer = await answerTo(source, request, accountSid);
    } catch (error) {
      // Whatever failed, nothing was promised: the sender may repeat it, and a repetition is recognised.
      log.error({ err: error, route: source.id }, "webhook not stored");
      answer = { outcome: "unavailable", reason: "not stored: try again" };
    }
    return give(reply, source, answer);
  }

  function routeOf(server: FastifyInstance, source: SignalSource): void {
    server.route<{ Params: { readonly accountSid: string } }>({
      method: [...source.methods],
      url: `/twilio/${source.id}/:accountSid`,
      // Before the body is read.
      onRequest: (request, reply, next) => {
        const isReadable = request.method !== "POST" || reads(source, request.headers["content-type"]);
        if (!isAccountSid(request.params.accountSid)) give(reply, source, { outcome: "unknown-account" });
        else if (isReadable) next();
        else give(reply, source, wrongContentType(source));
      },
      errorHandler: (error, _request, reply) => give(reply, source, answerToError(error, source)),
      handler: (request, reply) => handle(source, request, reply),
    });
  }

  return async (server) => {
    server.removeAllContentTypeParsers();
    // The bytes as they are: the signature covers every field, and our own reader refuses what is badly encoded.
    server.addContentTypeParser(FORM, { parseAs: "buffer", bodyLimit: LIMITS.formBytes }, keepBytes);
    server.addContentTypeParser([...JSON_TYPES], { parseAs: "buffer", bodyLimit: LIMITS.jsonBytes }, keepBytes);
    for (const source of intake.sources) routeOf(server, source);
  };
}

function keepBytes(_request: FastifyRequest, body: Buffer, done: (error: null, body: Buffer) => void): void {
  done(null, body);
}

function wrongContentType(source: SignalSource): Answer {
  return { outcome: "malformed", reason: `content-type: must be ${expectedBody(source)}` };
}

/** Fastify's refusals before our handler. */
function answerToError(error: FastifyError, source: SignalSource): Answer {
  if (error.statusCode === 413) return { outcome: "oversized" };
  if (error.statusCode === 415) return wrongContentType(source);
  if (error.statusCode === 400) return { outcome: "malformed", reason: "body: did not arrive whole" };
  return { outcome: "unavailable", reason: "not stored: try again" };
}

/** Headers of Twilio that matter come once; a repeated one has no single value. */
function plainHeaders(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  const { headers } = request;
  const plain: Record<string, string | undefined> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") plain[name] = value;
  }
  return plain;
}
