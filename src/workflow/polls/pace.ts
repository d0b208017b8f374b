/** The next moment of this key's own rhythm: accounts keep their place within the period, also after a restart. */
export function nextSlotMs(key: string, periodMs: number, nowMs: number): number {
  const phase = hashOf(key) % periodMs;
  return phase + (Math.floor((nowMs - phase) / periodMs) + 1) * periodMs;
}

/** Where in a span of time this key falls, always the same. */
export function spreadMs(key: string, spanMs: number): number {
  return spanMs < 1 ? 0 : hashOf(key) % Math.floor(spanMs);
}

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * After so many failures in a row, this one included. Also what Twilio asks for has an end: one answer that says a day must not make
 * us blind for a day.
 */
export function backOffMs(failures: number, askedToWaitMs: number | undefined): number {
  const waitMs = FIRST_WAIT_MS * 2 ** Math.min(Math.max(0, failures - 1), 10);
  return Math.min(LONGEST_WAIT_MS, Math.max(waitMs, askedToWaitMs ?? 0));
}

/** FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
