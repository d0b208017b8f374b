/** So many operations in so many milliseconds. */
export interface Window {
  readonly operations: number;
  readonly withinMs: number;
}

export interface TeamsRateLimits {
  /** Sending, creating, editing and deleting, for each thread. */
  readonly write: readonly Window[];
  /** Reading members and conversations, for each thread. */
  readonly read: readonly Window[];
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit#per-bot-per-thread-limit */
export const TEAMS_RATE_LIMITS: TeamsRateLimits = {
  write: [
    { operations: 7, withinMs: 1_000 },
    { operations: 8, withinMs: 2_000 },
    { operations: 60, withinMs: 30_000 },
    { operations: 1_800, withinMs: 3_600_000 },
  ],
  read: [
    { operations: 14, withinMs: 1_000 },
    { operations: 16, withinMs: 2_000 },
    { operations: 120, withinMs: 30_000 },
    { operations: 3_600, withinMs: 3_600_000 },
  ],
};

/** Counts what passed, thread by thread. A call that was refused does not count. */
export class RateLimiter {
  readonly #passed = new Map<string, number[]>();
  limits: TeamsRateLimits | undefined;

  constructor(limits: TeamsRateLimits | undefined) {
    this.limits = limits;
  }

  /** Milliseconds until the call may pass; zero when it passes, and then it is counted. */
  msToWait(kind: "read" | "write", thread: string, nowMs: number): number {
    if (this.limits === undefined) return 0;
    const windows = this.limits[kind];
    const longest = Math.max(...windows.map((window) => window.withinMs));
    const key = `${kind} ${thread}`;
    const times = (this.#passed.get(key) ?? []).filter((atMs) => atMs > nowMs - longest);
    const waits = windows.map(({ operations, withinMs }) => {
      const blocking = times.at(-operations);
      return blocking === undefined ? 0 : Math.max(0, blocking + withinMs - nowMs);
    });
    const wait = Math.max(...waits);
    this.#passed.set(key, wait > 0 ? times : [...times, nowMs]);
    return wait;
  }
}
