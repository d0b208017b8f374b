import { createHmac } from "node:crypto";
import type { Faults } from "./faults.ts";
import type { TwilioState } from "./state.ts";

/** https://www.twilio.com/docs/usage/webhooks/getting-started-twilio-webhooks */
const ANSWER_WITHIN_MS = 15_000;
const RETRY_AFTER_MS = 100;
const DELIVERIES_KEPT = 20_000;
/** A delivery that waits to be overtaken goes out after this at the latest. */
const HELD_AT_MOST_MS = 1_000;

/** One callback that Twilio owes. */
export interface Webhook {
  /** Whose primary token signs. */
  readonly accountSid: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further attempts after a 5xx. */
  readonly retries: number;
}

/** One attempt to deliver. */
export interface Delivery {
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined when nobody answered. */
  readonly status: number | undefined;
}

/** `X-Twilio-Signature`: HMAC-SHA1 of the exact address, then each name and value in order of the names. */
export function signForm(authToken: string, url: string, parameters: Readonly<Record<string, string>>): string {
  const text = Object.keys(parameters)
    .sort()
    .reduce((before, name) => before + name + (parameters[name] ?? ""), url);
  return createHmac("sha1", authToken).update(text, "utf8").digest("base64");
}

/** Sends callbacks, signed with the token that the account has at that moment, and remembers every attempt. */
export class Deliverer {
  readonly deliveries: Delivery[] = [];
  readonly #state: TwilioState;
  readonly #faults: Faults;
  readonly #pending = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  #held: (() => void)[] = [];

  constructor(state: TwilioState, faults: Faults) {
    this.#state = state;
    this.#faults = faults;
  }

  send(webhook: Webhook): void {
    const work = this.#deliver(webhook).finally(() => this.#pending.delete(work));
    this.#pending.add(work);
  }

  /** Resolves when every callback so far was answered or given up. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    this.#release();
    await this.settled();
  }

  async #deliver(webhook: Webhook): Promise<void> {
    const fault = this.#faults.takeForWebhook(webhook.url);
    if (fault?.kind === "drop") return;
    if (fault?.kind === "delay") await this.#pause(fault.ms);
    if (fault?.kind === "reorder") await this.#waitToBeOvertaken();
    const copies = fault?.kind === "duplicate" ? fault.copies : 1;
    for (let copy = 0; copy < copies; copy += 1) await this.#attempt(webhook);
    if (fault?.kind !== "reorder") this.#release();
  }

  async #attempt(webhook: Webhook): Promise<void> {
    for (let attempt = 0; attempt <= webhook.retries && !this.#ending.signal.aborted; attempt += 1) {
      if (attempt > 0) await this.#pause(RETRY_AFTER_MS);
      const status = await this.#post(webhook);
      const kept = this.deliveries.push({ url: webhook.url, parameters: webhook.parameters, status });
      if (kept > DELIVERIES_KEPT) this.deliveries.shift();
      if (status === undefined || status < 500) return;
    }
  }

  async #post(webhook: Webhook): Promise<number | undefined> {
    const token = this.#state.account(webhook.accountSid).authToken;
    const form = new URLSearchParams(webhook.parameters).toString();
    const isGet = webhook.method === "GET";
    const url = isGet ? `${webhook.url}${webhook.url.includes("?") ? "&" : "?"}${form}` : webhook.url;
    try {
      const answer = await fetch(url, {
        method: webhook.method,
        headers: {
          ...webhook.headers,
          "User-Agent": "TwilioProxy/1.1",
          "X-Twilio-Signature": signForm(token, url, isGet ? {} : webhook.parameters),
          ...(isGet ? {} : { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" }),
        },
        ...(isGet ? {} : { body: form }),
        redirect: "manual",
        signal: AbortSignal.any([this.#ending.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      // Refused, cut or too slow: Twilio only notes that there was no answer.
      return undefined;
    }
  }

  async #waitToBeOvertaken(): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => this.#held.push(resolve)), this.#pause(HELD_AT_MOST_MS)]);
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const go of held) go();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      this.#ending.signal.addEventListener("abort", done, { once: true });
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}
