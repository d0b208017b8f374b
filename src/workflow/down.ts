import type { PlatformName } from "../audit/envelope.ts";
import type { Clock } from "../lib/clock.ts";
import { partName } from "../notice/part-names.ts";
import type { Outbox, Waiting } from "./ports.ts";

/** A message that waits longer than this is held up by more than a platform's pace. */
const DOWN_AFTER_MS = 20_000;
/** Many cards are built at once when there is much to tell. */
const KNOWN_FOR_MS = 1_000;

export function isDown(waitMs: number): boolean {
  return waitMs > DOWN_AFTER_MS;
}

/** Platforms other than this one whose messages are held up, by name. */
export type OthersDown = (platform: PlatformName) => Promise<readonly string[]>;

export function createOthersDown(outbox: Pick<Outbox, "oldest">, clock: Clock): OthersDown {
  let known: { readonly atMs: number; readonly waiting: Promise<readonly Waiting[]> } | undefined;

  function waiting(): Promise<readonly Waiting[]> {
    const nowMs = clock.now();
    if (known === undefined || Math.abs(nowMs - known.atMs) >= KNOWN_FOR_MS) {
      const answer = outbox.oldest(nowMs);
      known = { atMs: nowMs, waiting: answer };
      // An answer that never came is nobody's knowledge.
      answer.catch(() => {
        known = undefined;
      });
    }
    return known.waiting;
  }

  return async (platform) =>
    (await waiting())
      .filter((one) => one.job === "notify" && isDown(one.ms))
      .flatMap(({ platform: held }) => (held === null || held === platform ? [] : [partName(held)]));
}
