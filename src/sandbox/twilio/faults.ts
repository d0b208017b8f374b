/** What goes wrong with a request to the API. */
export type RequestFault =
  /** Answers this status; `after` does the work first. 429 carries `Retry-After` when it is given. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number; readonly after?: boolean }
  /** Never does it and never answers. `cut` ends the connection at once instead of leaving the client to its time-out. */
  | { readonly kind: "no-answer-before"; readonly cut?: boolean }
  /** Does it and never answers. */
  | { readonly kind: "no-answer-after"; readonly cut?: boolean }
  /** Answers late. */
  | { readonly kind: "delay"; readonly ms: number };

/** What goes wrong with a callback. `reorder` lets the next one overtake it. */
export type WebhookFault =
  | { readonly kind: "duplicate"; readonly copies: number }
  | { readonly kind: "reorder" }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "drop" };

interface Matcher {
  /** Found in the path of a request (`/2010-04-01/…`, without the host), or in the address of a callback. */
  readonly path: RegExp;
  /** How often; once when not said. */
  readonly times?: number;
}

export type Injected =
  | (Matcher & {
      readonly on: "request";
      readonly method?: string;
      readonly host?: string;
      readonly fault: RequestFault;
    })
  | (Matcher & { readonly on: "webhook"; readonly fault: WebhookFault });

/** The faults that wait for their request or callback, first in first out. */
export class Faults {
  #waiting: { readonly injected: Injected; left: number }[] = [];

  inject(injected: Injected): void {
    this.#waiting.push({ injected, left: injected.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
  }

  takeForRequest(method: string, host: string, path: string): RequestFault | undefined {
    for (const entry of this.#waiting) {
      const { injected } = entry;
      if (injected.on !== "request" || entry.left === 0) continue;
      if ((injected.method ?? method) !== method || (injected.host ?? host) !== host) continue;
      if (path.search(injected.path) < 0) continue;
      entry.left -= 1;
      return injected.fault;
    }
    return undefined;
  }

  takeForWebhook(url: string): WebhookFault | undefined {
    for (const entry of this.#waiting) {
      const { injected } = entry;
      if (injected.on !== "webhook" || entry.left === 0 || url.search(injected.path) < 0) continue;
      entry.left -= 1;
      return injected.fault;
    }
    return undefined;
  }
}
