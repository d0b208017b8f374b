import type { WebhookOutcome } from "./metrics.ts";

/** How a webhook is answered, and counted. 403 has an empty body: who is not Twilio learns nothing. */
export type Answer =
  | {
      readonly outcome: "accepted" | "repeated" | "ignored" | "unknown-account" | "bad-signature" | "oversized";
    }
  | { readonly outcome: "malformed" | "unavailable"; readonly reason: string }
  | { readonly outcome: "rate-limited"; readonly retryAfterSeconds: number };

export const STATUS: Readonly<Record<WebhookOutcome, number>> = {
  accepted: 204,
  repeated: 204,
  ignored: 204,
  "unknown-account": 403,
  "bad-signature": 403,
  malformed: 400,
  oversized: 413,
  "rate-limited": 429,
  unavailable: 503,
};

export const FOREIGN_ACCOUNT: Answer = {
  outcome: "malformed",
  reason: "AccountSid: must be the account in the path or its subaccount",
};
