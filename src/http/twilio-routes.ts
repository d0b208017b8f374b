import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../lib/clock.ts";
import { within } from "../lib/deadline.ts";
import { unreachable } from "../lib/decision.ts";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { ReceivedSignal, SignalSource } from "../signal/contract.ts";
import { bodyAccountSid } from "../signal/form.ts";
import type { SignalStore, WebhookVerifier } from "../workflow/ports.ts";
import { createAccountLimit } from "./account-limit.ts";
import { type Form, readForm } from "./form.ts";
import type { Metrics, WebhookOutcome } from "./metrics.ts";

export interface Intake {
  readonly sources: readonly SignalSource[];
  readonly verifier: WebhookVerifier;
  readonly signals: Pick<SignalStore, "keep">;
  readonly clock: Clock;
  /** `intake.perAccountPerMinute` of the policy in force. */
  readonly perAccountPerMinute: () => number;
  /** Called after 2xx is certain: this account has signals that detection has not seen. Must not block. */
  readonly onFresh: (accountSid: AccountSid) => void;
}

/** Checking costs time that grows with size, and is done before we know who asks. */
const LIMITS = { formBytes: 64 * 1024, formFields: 200 } as const;

/** Within a second the sender is told that its signal could not be stored; the rest of that second is for everything else. */
const STORE_BUDGET_MS = 900;

/** A token may have to be fetched first. Twilio waits 15 s for a webhook: https://www.twilio.com/docs/usage/webhooks/webhooks-faq */
const VERIFY_BUDGET_MS = 5_000;

const FORM = "application/x-www-form-urlencoded";

type WebhookRequest = FastifyRequest<{ Params: { readonly accountSid: string }; Body: unknown }>;

/** How a request is answered, and counted. 403 has an empty body: who is not Twilio learns nothing. */
type Answer =
  | { readonly outcome: "accepted" | "repeated" | "unknown-account" | "bad-signature" | "oversized" }
  | { readonly outcome: "malformed" | "unavailable"; readonly reason: string }
  | { readonly outcome: "rate-limited"; readonly retryAfterSeconds: number };

const STATUS: Readonly<Record<WebhookOutcome, number>> = {
  accepted: 204,
  repeated: 204,
  "unknown-account": 403,
  "bad-signature": 403,
  malformed: 400,
  oversized: 413,
  "rate-limited": 429,
  unavailable: 503,
};

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

  function give(reply: FastifyReply, source: SignalSource, answer: Answer): FastifyReply {
    metrics.webhook(source.id, answer.outcome);
    reply.code(STATUS[answer.outcome]);
    if (answer.outcome === "rate-limited") reply.header("retry-after", answer.retryAfterSeconds);
    return "reason" in answer ? reply.send({ error: answer.reason }) : reply.send();
  }

  /** What is wrong with who sent it, or null. */
  async function checkSender(request: WebhookRequest, form: Form): Promise<Answer | null> {
    const signature = request.headers["x-twilio-signature"];
    const verdict = await within(
      VERIFY_BUDGET_MS,
      "verifying a signature",
      intake.verifier.verify({
        accountSid: request.params.accountSid,
        originalUrl: request.originalUrl,
        signature: typeof signature === "string" ? signature : undefined,
        params: request.method === "POST" ? form.values : {},
        bodyAccountSid: bodyAccountSid(form.fields),
      }),
    );
    switch (verdict) {
      case "valid":
        return null;
      case "unknown-account":
      case "bad-signature":
        return { outcome: verdict };
      case "account-mismatch":
        return { outcome: "malformed", reason: "AccountSid: must be the account in the path or its subaccount" };
      case "unavailable":
        return { outcome: "unavailable", reason: "no token to check the signature with: try again" };
      default:
        return unreachable(verdict);
    }
  }

  async function answerTo(source: SignalSource, request: WebhookRequest): Promise<Answer> {
    const encoded = request.method === "POST" ? request.body : queryOf(request.originalUrl);
    const read = readForm(Buffer.isBuffer(encoded) || typeof encoded === "string" ? encoded : "", LIMITS.formFields);
    if (!read.ok) {
      return read.problem === "too-many-fields"
        ? { outcome: "oversized" }
        : { outcome: "malformed", reason: `body: must be ${FORM} in UTF-8` };
    }

    const wrong = await checkSender(request, read.form);
    if (wrong !== null) return wrong;

    const nowMs = intake.clock.now();
    // Counted after the signature: SIDs are no secret, and strangers must not be able to shut a customer's alarms out.
    const retryAfterSeconds = limit.take(request.params.accountSid, nowMs);
    if (retryAfterSeconds !== null) return { outcome: "rate-limited", retryAfterSeconds };

    const delivery = source.parse({
      fields: read.form.fields,
      headers: plainHeaders(request),
      receivedAtMs: nowMs,
    });
    if (!delivery.ok) return { outcome: "malformed", reason: delivery.reason };
    return keep(delivery.received, nowMs);
  }

  async function keep(received: readonly ReceivedSignal[], nowMs: number): Promise<Answer> {
    const fresh = await within(STORE_BUDGET_MS, "storing a signal", intake.signals.keep(received, nowMs));
    for (const accountSid of fresh) intake.onFresh(accountSid);
    return { outcome: fresh.length === 0 ? "repeated" : "accepted" };
  }

  async function handle(source: SignalSource, request: WebhookRequest, reply: FastifyReply): Promise<FastifyReply> {
    let answer: Answer;
    try {
      answer = await answerTo(source, request);
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
      bodyLimit: LIMITS.formBytes,
      // Before the body is read.
      onRequest: (request, reply, next) => {
        if (isAccountSid(request.params.accountSid)) next();
        else give(reply, source, { outcome: "unknown-account" });
      },
      errorHandler: (error, _request, reply) => give(reply, source, answerToError(error)),
      handler: (request, reply) => handle(source, request, reply),
    });
  }

  return async (server) => {
    server.removeAllContentTypeParsers();
    // The bytes as they are: the signature covers every field, and our own reader refuses what is badly encoded.
    server.addContentTypeParser(FORM, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    for (const source of intake.sources) routeOf(server, source);
  };
}

/** Fastify's refusals before our handler. */
function answerToError(error: FastifyError): Answer {
  if (error.statusCode === 413) return { outcome: "oversized" };
  if (error.statusCode === 415) return { outcome: "malformed", reason: `content-type: must be ${FORM}` };
  if (error.statusCode === 400) return { outcome: "malformed", reason: "body: did not arrive whole" };
  return { outcome: "unavailable", reason: "not stored: try again" };
}

function queryOf(originalUrl: string): string {
  const mark = originalUrl.indexOf("?");
  return mark === -1 ? "" : originalUrl.slice(mark + 1);
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
