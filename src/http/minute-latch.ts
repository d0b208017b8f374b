const MINUTE_MS = 60_000;

/** Lets each key through once in a minute. What it knows is forgotten with the minute, so it stays small. */
export interface MinuteLatch {
  isFirst(key: string, nowMs: number): boolean;
}

export function createMinuteLatch(): MinuteLatch {
  const seen = new Set<string>();
  let minute = Number.NaN;
  return {
    isFirst(key, nowMs) {
      const now = Math.floor(nowMs / MINUTE_MS);
      if (now !== minute) {
        minute = now;
        seen.clear();
      }
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    },
  };
}
