import type { FastifyRequest } from "fastify";
import { within } from "../lib/deadline.ts";
import { unreachable } from "../lib/decision.ts";
import { bodyAccountSid } from "../signal/form.ts";
import type { SignatureVerdict, WebhookVerifier } from "../workflow/ports.ts";
import { type Answer, FOREIGN_ACCOUNT } from "./answer.ts";
import { bodyKind, FORM, LIMITS, parseJson } from "./body.ts";
import { readForm } from "./form.ts";

export type WebhookRequest = FastifyRequest<{ Params: { readonly accountSid: string }; Body: unknown }>;

/** What a sender said who may say it. */
export type Checked =
  | { readonly ok: true; readonly fields: Readonly<Record<string, string>>; readonly json?: unknown }
  | { readonly ok: false; readonly answer: Answer };

/** A token may have to be fetched first. Twilio waits 15 s for a webhook: https://www.twilio.com/docs/usage/webhooks/webhooks-faq */
const VERIFY_BUDGET_MS = 5_000;

/** Reads a webhook and checks who sent it. JSON is not looked into before its signature: it may be a megabyte of anything. */
export function createSenderCheck(verifier: WebhookVerifier): (request: WebhookRequest) => Promise<Checked> {
  async function checkForm(request: WebhookRequest): Promise<Checked> {
    const encoded = request.method === "POST" ? request.body : queryOf(request.originalUrl);
    const read = readForm(Buffer.isBuffer(encoded) || typeof encoded === "string" ? encoded : "", LIMITS.formFields);
    if (!read.ok) {
      return read.problem === "too-many-fields"
        ? refuse({ outcome: "oversized" })
        : refuse({ outcome: "malformed", reason: `body: must be ${FORM} in UTF-8` });
    }
    const { values, fields } = read.form;
    const verdict = await inTime(
      verifier.verify({
        ...sender(request),
        params: request.method === "POST" ? values : {},
        bodyAccountSid: bodyAccountSid(fields),
      }),
    );
    return answerTo(verdict) ?? { ok: true, fields };
  }

  async function checkJson(request: WebhookRequest): Promise<Checked> {
    const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const refused = answerTo(await inTime(verifier.verifyJson({ ...sender(request), rawBody })));
    if (refused !== null) return refused;
    const json = parseJson(rawBody);
    if (json === undefined) return refuse({ outcome: "malformed", reason: "body: must be JSON" });
    return { ok: true, fields: {}, json };
  }

  return (request) =>
    request.method === "POST" && bodyKind(request.headers["content-type"]) === "json"
      ? checkJson(request)
      : checkForm(request);
}

function sender(request: WebhookRequest) {
  const signature = request.headers["x-twilio-signature"];
  return {
    accountSid: request.params.accountSid,
    originalUrl: request.originalUrl,
    signature: typeof signature === "string" ? signature : undefined,
  };
}

function inTime(verdict: Promise<SignatureVerdict>): Promise<SignatureVerdict> {
  return within(VERIFY_BUDGET_MS, "verifying a signature", verdict);
}

function refuse(answer: Answer): Checked {
  return { ok: false, answer };
}

/** What is wrong with who sent it, or null. */
function answerTo(verdict: SignatureVerdict): Checked | null {
  switch (verdict) {
    case "valid":
      return null;
    case "unknown-account":
    case "bad-signature":
      return refuse({ outcome: verdict });
    case "account-mismatch":
      return refuse(FOREIGN_ACCOUNT);
    case "unavailable":
      return refuse({ outcome: "unavailable", reason: "no token to check the signature with: try again" });
    default:
      return unreachable(verdict);
  }
}

function queryOf(originalUrl: string): string {
  const mark = originalUrl.indexOf("?");
  return mark === -1 ? "" : originalUrl.slice(mark + 1);
}
