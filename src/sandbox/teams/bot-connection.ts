import type { Clock } from "../../lib/clock.ts";
import type { Json } from "../slack/json.ts";
import { textAt } from "../slack/json.ts";
import type { ConnectorKeys, TokenChange } from "./tokens.ts";

/**
 * How long a bot has for a turn and for an invoke. https://learn.microsoft.com/azure/bot-service/bot-service-troubleshoot-general-problems
 * and https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/request-receive-invoke
 */
const TURN_MS = 15_000;
const INVOKE_MS = 5_000;

/** One activity that was sent to the bot, and what came of it. */
export interface Delivery {
  readonly activity: Json;
  readonly atMs: number;
  /** Milliseconds until the answer, or until the connector gave up. */
  readonly tookMs: number;
  readonly status: number | undefined;
  readonly answer: string;
  readonly problem: "none" | "not-connected" | "timeout" | "unreachable" | "bad-status";
}

/** Posts what people do to the bot, signed, and waits as long as the Bot Connector would. It never sends twice. */
export class BotConnection {
  messagesUrl: string | undefined;
  readonly deliveries: Delivery[] = [];
  readonly #keys: ConnectorKeys;
  readonly #clock: Clock;

  constructor(keys: ConnectorKeys, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  async deliver(activity: Json, change: TokenChange = {}): Promise<Delivery> {
    const started = performance.now();
    const atMs = this.#clock.now();
    const sent = await this.#send(activity, change);
    const delivery: Delivery = { activity, atMs, tookMs: Math.round(performance.now() - started), ...sent };
    this.deliveries.push(delivery);
    return delivery;
  }

  async #send(activity: Json, change: TokenChange): Promise<Pick<Delivery, "status" | "answer" | "problem">> {
    if (this.messagesUrl === undefined) return { status: undefined, answer: "", problem: "not-connected" };
    const token = this.#keys.token(textAt(activity, "serviceUrl") ?? "", change);
    try {
      const response = await fetch(this.messagesUrl, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${token}` },
        body: JSON.stringify(activity),
        signal: AbortSignal.timeout(activity["type"] === "invoke" ? INVOKE_MS : TURN_MS),
      });
      const answer = await response.text();
      return { status: response.status, answer, problem: response.ok ? "none" : "bad-status" };
    } catch (error) {
      const isTimeout = error instanceof Error && error.name === "TimeoutError";
      return { status: undefined, answer: "", problem: isTimeout ? "timeout" : "unreachable" };
    }
  }
}
