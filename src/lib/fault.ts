/**
 * Why something outside failed. The kind decides what happens next; message text never does.
 *
 * - `rate-limited`   they asked us to wait; nothing happened there
 * - `unavailable`    they could not be reached or answered 5xx; a write may or may not have happened
 * - `timeout`        no answer in time; a write may or may not have happened
 * - `unauthorised`   our credentials were refused
 * - `not-found`      the thing is not there, or not visible to us
 * - `rejected`       they understood and said no
 */
export type FaultKind = "rate-limited" | "unavailable" | "timeout" | "unauthorised" | "not-found" | "rejected";

interface FaultOptions {
  readonly cause?: unknown;
  /** The other side's own code, e.g. `20003` of Twilio or `channel_not_found` of Slack. */
  readonly code?: string;
  /** Milliseconds the other side asked us to wait. Undefined when it did not say. */
  readonly retryAfterMs?: number;
  /** True when it failed before anything left us, so that it cannot have had an effect, whatever its kind. */
  readonly nothingHappened?: boolean;
}

/** Something outside failed. Its message is safe to show: adapters never put a secret, a body or a phone number into it. */
export class Fault extends Error {
  readonly kind: FaultKind;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly nothingHappened: boolean;

  constructor(kind: FaultKind, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Fault";
    this.kind = kind;
    this.code = options.code;
    this.retryAfterMs = options.retryAfterMs;
    this.nothingHappened = options.nothingHappened ?? this.kind === "rate-limited";
  }

  /** True when the request may have taken effect although it failed here: read back before repeating it. */
  get leavesOutcomeUnknown(): boolean {
    return !this.nothingHappened && (this.kind === "timeout" || this.kind === "unavailable");
  }
}

export function isFault(error: unknown, kind?: FaultKind): error is Fault {
  return error instanceof Fault && (kind === undefined || error.kind === kind);
}
