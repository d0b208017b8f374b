/** What the bot can ask the connector for, and `token` for the login. */
export type Operation = "create" | "send" | "reply" | "update" | "delete" | "members" | "team" | "token";

/** Which calls a fault strikes: every call of the connector when none is given, and the login only by name. `times` is 1 unless told. */
interface Where {
  readonly operation?: Operation;
  /** Without `;messageid=`. */
  readonly conversationId?: string;
  readonly times?: number;
}

/**
 * - `rate-limited`  429, with Retry-After when told; nothing happens
 * - `status`        412, 500, 502, 503 or 504; nothing happens
 * - `hang`          no answer until the caller gives up; by default nothing happens, with `after-effect` it did
 * - `cut-answer`    it happens, then the connection breaks before the answer
 * - `delay`         it happens, and the answer comes late
 */
export type CallFault = Where &
  (
    | { readonly kind: "rate-limited"; readonly retryAfterSeconds?: number }
    | { readonly kind: "status"; readonly status: 412 | 500 | 502 | 503 | 504 }
    | { readonly kind: "hang"; readonly when?: "before-effect" | "after-effect" }
    | { readonly kind: "cut-answer" }
    | { readonly kind: "delay"; readonly ms: number }
  );

/** Changes of the tenant itself. They last until the faults are cleared; a deleted message stays deleted. */
type TenantFault =
  | { readonly kind: "conversation-gone"; readonly conversationId: string }
  | { readonly kind: "bot-removed"; readonly conversationId: string }
  | { readonly kind: "token-refused" }
  | { readonly kind: "message-deleted"; readonly messageId: string };

export type TeamsFault = CallFault | TenantFault;

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
  take(operation: Operation, conversationId: string | undefined): CallFault | undefined {
    const found = this.#waiting.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.operation === operation || (fault.operation === undefined && operation !== "token")) &&
        (fault.conversationId === undefined || fault.conversationId === conversationId),
    );
    if (found !== undefined) found.left -= 1;
    return found?.fault;
  }
}
