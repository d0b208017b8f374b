import type { ApiMethod } from "./methods/contract.ts";

export interface RateLimits {
  /** Messages a second into one channel; Slack's promise is 1. */
  readonly messagesPerSecond: number;
  /** Messages that may come at once before that counts; Slack says "short bursts". */
  readonly burst: number;
  /** Whether the methods' own tiers (20, 50, 100 a minute) are enforced too. */
  readonly methodTiers: boolean;
}

/** https://docs.slack.dev/apis/web-api/rate-limits */
export const SLACK_RATE_LIMITS: RateLimits = { messagesPerSecond: 1, burst: 4, methodTiers: true };

/** Buckets that fill with time: one for each channel that is posted to, one for each method. */
export class RateLimiter {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();
  limits: RateLimits | undefined;

  constructor(limits: RateLimits | undefined) {
    this.limits = limits;
  }

  /** Whole seconds to wait as in Retry-After; zero when the call may pass. */
  secondsToWait(method: ApiMethod, channel: string | undefined, nowMs: number): number {
    const { limits } = this;
    if (limits === undefined || method.rate === "unlimited") return 0;
    if (method.rate === "posting") {
      return this.#take(`channel ${channel}`, limits.messagesPerSecond / 1000, limits.burst, nowMs);
    }
    return limits.methodTiers ? this.#take(`method ${method.name}`, method.rate / 60_000, method.rate, nowMs) : 0;
  }

  #take(key: string, perMs: number, capacity: number, nowMs: number): number {
    const bucket = this.#buckets.get(key) ?? { tokens: capacity, atMs: nowMs };
    const tokens = Math.min(capacity, bucket.tokens + Math.max(0, nowMs - bucket.atMs) * perMs);
    const passes = tokens >= 1;
    this.#buckets.set(key, { tokens: passes ? tokens - 1 : tokens, atMs: nowMs });
    return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / perMs / 1000));
  }
}
