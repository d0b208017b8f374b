import { timingSafeEqual } from "node:crypto";
import type { Secret } from "../../lib/secret.ts";

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const MAX_AGE_MS = 5 * 60_000;
/** Clocks differ a little. A time stamp further ahead was made to be replayed later. */
const MAX_AHEAD_MS = 60_000;

export type SignatureVerdict = "valid" | "unsigned" | "too-old" | "from-the-future" | "bad-signature";

/** `X-Slack-Signature` of a body that is sent at this moment, in seconds since 1970. */
export function signatureOf(signingSecret: Secret, timestamp: string, body: Buffer): string {
  const signed = Buffer.concat([Buffer.from(`v0:${timestamp}:`), body]);
  return `v0=${signingSecret.sign("sha256", signed).toString("hex")}`;
}

/** Whether Slack sent exactly these bytes, just now. */
export function verifySignature(request: {
  readonly signingSecret: Secret;
  /** `X-Slack-Request-Timestamp`: seconds since 1970. */
  readonly timestamp: string | undefined;
  /** `X-Slack-Signature`: `v0=` and hex. */
  readonly signature: string | undefined;
  readonly rawBody: Buffer;
  readonly nowMs: number;
}): SignatureVerdict {
  const { timestamp, signature } = request;
  if (timestamp === undefined || signature === undefined || !/^\d{1,12}$/.test(timestamp)) return "unsigned";
  const ageMs = request.nowMs - Number(timestamp) * 1000;
  if (ageMs > MAX_AGE_MS) return "too-old";
  if (ageMs < -MAX_AHEAD_MS) return "from-the-future";
  const expected = Buffer.from(signatureOf(request.signingSecret, timestamp, request.rawBody));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) ? "valid" : "bad-signature";
}
