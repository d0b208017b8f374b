import { createHmac } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";

/** Slack waits this long for an app. https://docs.slack.dev/interactivity/handling-user-interaction */
const ACKNOWLEDGE_WITHIN_MS = 3000;

interface RequestHeaders {
  readonly "content-type": string;
  readonly "x-slack-request-timestamp": string;
  readonly "x-slack-signature": string;
}

/** Headers as Slack sends them: the signature covers the time and the raw body. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signedHeaders(
  signingSecret: string,
  body: string,
  nowMs: number,
  contentType = "application/x-www-form-urlencoded",
): RequestHeaders {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return {
    "content-type": contentType,
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${signature}`,
  };
}

/** One request that Slack sent to the app, and what came of it. */
export interface Delivery {
  readonly kind: "block_actions" | "view_submission" | "view_closed" | "slash_command" | "event";
  readonly body: string;
  readonly atMs: number;
  /** Milliseconds until the answer, or until Slack gave up. */
  readonly tookMs: number;
  readonly status: number | undefined;
  readonly answer: string;
  readonly problem: "none" | "not-connected" | "timeout" | "unreachable" | "bad-status";
}

/** Posts what people do to the app, signed, and waits as long as Slack would. */
export class AppConnection {
  requestUrl: string | undefined;
  readonly deliveries: Delivery[] = [];
  readonly #signingSecret: string;
  readonly #clock: Clock;

  constructor(signingSecret: string, clock: Clock) {
    this.#signingSecret = signingSecret;
    this.#clock = clock;
  }

  async deliver(kind: Delivery["kind"], body: string, contentType?: string): Promise<Delivery> {
    const started = performance.now();
    const atMs = this.#clock.now();
    const sent = await this.#send(body, contentType);
    const delivery: Delivery = { kind, body, atMs, tookMs: Math.round(performance.now() - started), ...sent };
    this.deliveries.push(delivery);
    return delivery;
  }

  async #send(body: string, contentType?: string): Promise<Pick<Delivery, "status" | "answer" | "problem">> {
    if (this.requestUrl === undefined) return { status: undefined, answer: "", problem: "not-connected" };
    try {
      const response = await fetch(this.requestUrl, {
        method: "POST",
        headers: { ...signedHeaders(this.#signingSecret, body, this.#clock.now(), contentType) },
        body,
        signal: AbortSignal.timeout(ACKNOWLEDGE_WITHIN_MS),
      });
      const answer = await response.text();
      return { status: response.status, answer, problem: response.ok ? "none" : "bad-status" };
    } catch (error) {
      const isTimeout = error instanceof Error && error.name === "TimeoutError";
      return { status: undefined, answer: "", problem: isTimeout ? "timeout" : "unreachable" };
    }
  }
}
