import { createHash, createHmac } from "node:crypto";
import type { Faults } from "./faults.ts";
import type { TwilioState } from "./state.ts";

/** https://www.twilio.com/docs/usage/webhooks/getting-started-twilio-webhooks */
const ANSWER_WITHIN_MS = 15_000;
/** https://www.twilio.com/docs/events/webhook-quickstart */
const STREAM_ANSWER_WITHIN_MS = 5_000;
const RETRY_AFTER_MS = 100;
/** Twilio waits longer and longer, for up to four hours; nobody has those here. */
const LONGEST_RETRY_AFTER_MS = 2_000;
const DELIVERIES_KEPT = 20_000;
/** A delivery that waits to be overtaken goes out after this at the latest. */
const HELD_AT_MOST_MS = 1_000;

/** One callback that Twilio owes. */
export interface Webhook {
  /** Whose primary token signs. */
  readonly accountSid: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  /** Of a form; none when there is a `json`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** A JSON body, which is signed through its hash in the address. Always posted. */
  readonly json?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further attempts after a 5xx. */
  readonly retries: number;
  /** Event Streams also repeats after a 429 and when nobody answers, waits longer each time, and gives up on an answer sooner. */
  readonly isStream?: boolean;
  /** Called when all attempts were in vain. */
  readonly onLost?: () => void;
}

/** One attempt to deliver. */
export interface Delivery {
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly json?: string;
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

/** The address of a JSON post: with the hash of its body, which is how the signature covers it. */
export function withBodyHash(url: string, json: string): string {
  const hash = createHash("sha256").update(json, "utf8").digest("hex");
  return `${url}${url.includes("?") ? "&" : "?"}bodySHA256=${hash}`;
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
      if (attempt > 0) await this.#pause(pauseBefore(attempt, webhook));
      const status = await this.#send(webhook);
      const { url, parameters, json } = webhook;
      const kept = this.deliveries.push({ url, parameters, ...(json === undefined ? {} : { json }), status });
      if (kept > DELIVERIES_KEPT) this.deliveries.shift();
      if (!isWorthRepeating(status, webhook)) return;
    }
    if (!this.#ending.signal.aborted && this.#state.accounts.has(webhook.accountSid)) webhook.onLost?.();
  }

  /** The status that was answered; undefined when nobody did. */
  async #send(webhook: Webhook): Promise<number | undefined> {
    const account = this.#state.accounts.get(webhook.accountSid);
    if (account === undefined) return undefined; // Forgotten meanwhile.
    const { url, method, signature, body, contentType } = encode(webhook, account.authToken);
    try {
      const answer = await fetch(url, {
        method,
        headers: {
          ...webhook.headers,
          "User-Agent": "TwilioProxy/1.1",
          "X-Twilio-Signature": signature,
          ...(contentType === undefined ? {} : { "Content-Type": contentType }),
        },
        ...(body === undefined ? {} : { body }),
        redirect: "manual",
        signal: AbortSignal.any([
          this.#ending.signal,
          AbortSignal.timeout(webhook.isStream === true ? STREAM_ANSWER_WITHIN_MS : ANSWER_WITHIN_MS),
        ]),
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

interface Encoded {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly signature: string;
  readonly body?: string;
  readonly contentType?: string;
}

function encode(webhook: Webhook, token: string): Encoded {
  const { json, parameters } = webhook;
  if (json !== undefined) {
    const url = withBodyHash(webhook.url, json);
    return { url, method: "POST", signature: signForm(token, url, {}), body: json, contentType: "application/json" };
  }
  const form = new URLSearchParams(parameters).toString();
  if (webhook.method === "GET") {
    const url = `${webhook.url}${webhook.url.includes("?") ? "&" : "?"}${form}`;
    return { url, method: "GET", signature: signForm(token, url, {}) };
  }
  return {
    url: webhook.url,
    method: "POST",
    signature: signForm(token, webhook.url, parameters),
    body: form,
    contentType: "application/x-www-form-urlencoded; charset=utf-8",
  };
}

function isWorthRepeating(status: number | undefined, webhook: Webhook): boolean {
  if (webhook.isStream === true) return status === undefined || status === 429 || status >= 500;
  return status !== undefined && status >= 500;
}

function pauseBefore(attempt: number, webhook: Webhook): number {
  if (webhook.isStream !== true) return RETRY_AFTER_MS;
  return Math.min(LONGEST_RETRY_AFTER_MS, RETRY_AFTER_MS * 2 ** (attempt - 1));
}
