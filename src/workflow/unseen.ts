/** Where nobody can look for a post whose answer was lost, each next one may be one message more: these keep them few in an outage. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/** When it may be posted again. As long again as since the wish for it: after 1, 1, 2, 4 … minutes, however often somebody wishes for it meanwhile. */
export function unseenUntilMs(begunAtMs: number, wishedAtMs: number): number {
  return begunAtMs + Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, begunAtMs - wishedAtMs));
}
