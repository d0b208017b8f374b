import type { Clock } from "../../lib/clock.ts";
import { type HttpAnswer, postToApp, type Retry } from "./http-delivery.ts";
import type { Json } from "./json.ts";
import type { SocketHub } from "./socket-hub.ts";

export { signedHeaders } from "./http-delivery.ts";

/** Slack waits this long for an app. https://docs.slack.dev/interactivity/handling-user-interaction */
const ACKNOWLEDGE_WITHIN_MS = 3000;

/** After a failure Slack sends an event again at once, after a minute and after five. https://docs.slack.dev/apis/events-api#retries */
const RETRY_AFTER_MS: readonly number[] = [0, 60_000, 300_000];

export type DeliveryKind = "block_actions" | "view_submission" | "view_closed" | "slash_command" | "event";

/** One request that Slack sent to the app, and what came of it. */
export interface Delivery {
  readonly kind: DeliveryKind;
  readonly body: string;
  readonly atMs: number;
  /** Milliseconds until the answer, or until Slack gave up. */
  readonly tookMs: number;
  /** The HTTP status; over a web socket 200 for an acknowledgement. Undefined when there was no answer. */
  readonly status: number | undefined;
  readonly answer: string;
  readonly problem: "none" | "not-connected" | "timeout" | "unreachable" | "bad-status";
  /** Of an event that was sent before: 1 for the first repeat. */
  readonly retryNum: number | undefined;
}

/** Takes what people do to the app, over HTTP or over a web socket, and waits as long as Slack would. */
export class AppConnection {
  /** Set: the app has an address and is called there. */
  requestUrl: string | undefined;
  /** Set: the app uses Socket Mode, and its address means nothing. */
  isSocketMode: boolean;
  retryAfterMs: readonly number[] = RETRY_AFTER_MS;
  readonly deliveries: Delivery[] = [];
  readonly #signingSecret: string;
  readonly #clock: Clock;
  readonly #sockets: SocketHub;
  readonly #retries = new Set<NodeJS.Timeout>();

  constructor(signingSecret: string, clock: Clock, sockets: SocketHub, isSocketMode: boolean) {
    this.#signingSecret = signingSecret;
    this.#clock = clock;
    this.#sockets = sockets;
    this.isSocketMode = isSocketMode;
  }

  async deliver(kind: DeliveryKind, payload: Json, retry?: Retry): Promise<Delivery> {
    const started = performance.now();
    const atMs = this.#clock.now();
    const { body, ...sent } = this.isSocketMode
      ? await this.#sockets.send(kind, payload, retry, ACKNOWLEDGE_WITHIN_MS)
      : await this.#post(kind, payload, retry);
    const tookMs = Math.round(performance.now() - started);
    const delivery: Delivery = { kind, body, atMs, tookMs, retryNum: retry?.num, ...sent };
    this.deliveries.push(delivery);
    return delivery;
  }

  /** The same event is sent again, up to three times, until the app acknowledges it. Answers the first delivery. */
  async deliverEvent(payload: Json, retry?: Retry): Promise<Delivery> {
    const delivery = await this.deliver("event", payload, retry);
    const num = retry?.num ?? 0;
    const afterMs = this.retryAfterMs[num];
    if (delivery.problem === "none" || afterMs === undefined || this.#isUnreachableForGood(delivery)) return delivery;
    const reason = delivery.problem === "timeout" ? "http_timeout" : "http_error";
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      void this.deliverEvent(payload, { num: num + 1, reason });
    }, afterMs);
    timer.unref();
    this.#retries.add(timer);
    return delivery;
  }

  close(): void {
    for (const timer of this.#retries) clearTimeout(timer);
    this.#retries.clear();
  }

  #isUnreachableForGood({ problem, answer }: Delivery): boolean {
    return answer === "no-retry" || (problem === "not-connected" && !this.isSocketMode);
  }

  async #post(kind: DeliveryKind, payload: Json, retry: Retry | undefined): Promise<HttpAnswer> {
    return postToApp({
      requestUrl: this.requestUrl,
      signingSecret: this.#signingSecret,
      nowMs: this.#clock.now(),
      withinMs: ACKNOWLEDGE_WITHIN_MS,
      kind,
      payload,
      retry,
    });
  }
}
