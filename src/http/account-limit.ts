const MINUTE_MS = 60_000;

/** Counts what each account sends within a minute. Only accounts of ours with a valid signature are counted, so it stays small. */
export interface AccountLimit {
  /** Seconds until the account may send again, or null when it may now. */
  take(accountSid: string, nowMs: number): number | null;
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
      return count <= perMinute() ? null : Math.ceil(((now + 1) * MINUTE_MS - nowMs) / 1000);
    },
  };
}
