import type { Act, Crime, Intensity } from "./contract.ts";

const HOUR_MS = 3_600_000;

export const DURATION_MS: Readonly<Record<Intensity, number>> = {
  flood: 3 * HOUR_MS,
  heavy: 5 * HOUR_MS,
  strong: 8 * HOUR_MS,
  double: 48 * HOUR_MS,
  drip: 96 * HOUR_MS,
  once: 6 * HOUR_MS,
};

/** Times ordinary: what comes on top is one less. By number for the loud ones, by money for the quiet ones. */
const TIMES: Readonly<Record<Intensity, number>> = { flood: 25, heavy: 25, strong: 5, double: 2.2, drip: 1.3, once: 1 };

/** An attacker who takes the trouble sends at least this many an hour, however small the account is. */
const LEAST_PER_HOUR = { flood: 1_200, heavy: 60, strong: 12 } as const;
const LEAST_USD_PER_HOUR = 0.25;

/** Acts an hour, for an act that costs this much, on an account with so much ordinary traffic of these leaf categories. */
export function perHour({ player, intensity }: Crime, leaves: readonly string[], usdEach: number): number {
  let count = 0;
  let usd = 0;
  for (const name of leaves) {
    const leaf = player.account.usage.leaves[name];
    if (leaf === undefined) continue;
    count += leaf.perDay / 24;
    usd += (leaf.perDay * leaf.usdEach) / 24;
  }
  const more = TIMES[intensity] - 1;
  if (intensity === "flood" || intensity === "heavy" || intensity === "strong")
    return Math.max(LEAST_PER_HOUR[intensity], count * more);
  return Math.max(LEAST_USD_PER_HOUR, usd * more) / usdEach;
}

/** The same act again and again, evenly but for some jitter. */
export function* again(crime: Crime, ratePerHour: number, run: (turn: number) => void): Iterable<Act> {
  const gapMs = HOUR_MS / ratePerHour;
  for (let turn = 0; ; turn += 1) {
    const atMs = Math.round(crime.startMs + (turn + crime.luck.between(0, 0.9)) * gapMs);
    if (atMs >= crime.endMs) return;
    yield { atMs, run: () => run(turn) };
  }
}

/** First these, then those: what comes before the traffic begins. (A module that exports `then` could not be imported dynamically.) */
export function* inTurn(first: readonly Act[], rest: Iterable<Act>): Iterable<Act> {
  yield* first;
  yield* rest;
}

export function later(crime: Crime, minutes: number): Crime {
  return { ...crime, startMs: crime.startMs + minutes * 60_000 };
}
