const MINUTE_MS = 60_000;

/** Counts what each account sends within a minute. Only accounts of ours with a valid signature are counted, so it stays small. */
export interface AccountLimit {
  /** Null when the account may send now. */
  take(accountSid: string, nowMs: number): Refused | null;
}

interface Refused {
  /** Seconds until it may send again. */
  readonly retryAfterSeconds: number;
  /** How many were refused in this minute, with this one. */
  readonly count: number;
}

export function createAccountLimit(perMinute: () => number): AccountLimit {
  const counts = new Map<string, number>();
  let minute = Number.NaN;
  return {
    take(accountSid, nowMs) {
      const now = Math.floor(nowMs / MINUTE_MS);
      if (now !== minute) {
        minute = now;
        counts.clear();
      }
      const count = (counts.get(accountSid) ?? 0) + 1;
      counts.set(accountSid, count);
      const refused = count - perMinute();
      if (refused <= 0) return null;
      return { retryAfterSeconds: Math.ceil(((now + 1) * MINUTE_MS - nowMs) / 1000), count: refused };
    },
  };
}
