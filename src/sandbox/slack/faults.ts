import type { DisconnectReason } from "./socket-hub.ts";

/** Which calls a fault strikes: every call when neither is given. `times` is 1 unless told. */
interface Where {
  readonly method?: string;
  readonly channel?: string;
  readonly times?: number;
}

/**
 * - `rate-limited`  429 with Retry-After; nothing happens
 * - `server-error`  5xx with a page instead of JSON; nothing happens
 * - `error`         `ok: false` with this word; nothing happens
 * - `hang`          no answer until the caller gives up; by default nothing happens, with `after-effect` it did
 * - `cut-answer`    it happens, then the connection breaks before the answer
 * - `delay`         it happens, and the answer comes late
 */
export type CallFault = Where &
  (
    | { readonly kind: "rate-limited"; readonly retryAfterSeconds: number }
    | { readonly kind: "server-error"; readonly status?: number }
    | { readonly kind: "error"; readonly error: string }
    | { readonly kind: "hang"; readonly when?: "before-effect" | "after-effect" }
    | { readonly kind: "cut-answer" }
    | { readonly kind: "delay"; readonly ms: number }
  );

/** Changes of the workspace itself. Archived, revoked, expired, unseen and switched off last until the faults are cleared; the others are done at once. */
type WorkspaceFault =
  | { readonly kind: "channel-archived"; readonly channel: string }
  | { readonly kind: "token-revoked" }
  /** As after half an hour: what is said through a response URL is refused. */
  | { readonly kind: "response-urls-expired" }
  /** Slack is still looking at what was uploaded: blocks may not show it. */
  | { readonly kind: "files-unseen" }
  | { readonly kind: "message-deleted"; readonly channel: string; readonly ts: string }
  /** Slack renews the web sockets, or ends them because Socket Mode was switched off. */
  | { readonly kind: "socket-disconnect"; readonly reason: DisconnectReason }
  /** The web sockets break without a word. */
  | { readonly kind: "socket-cut" };

export type SlackFault = CallFault | WorkspaceFault;

/** The faults that wait for their call, oldest first. */
export class FaultBook {
  #waiting: { readonly fault: CallFault; left: number }[] = [];

  add(fault: CallFault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The fault that strikes this call, used up by one. */
  take(method: string, channel: string | undefined): CallFault | undefined {
    const found = this.#waiting.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.method === undefined || fault.method === method) &&
        (fault.channel === undefined || fault.channel === channel),
    );
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }
}
