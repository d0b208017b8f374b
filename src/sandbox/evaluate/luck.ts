import { chance } from "../twilio/chance.ts";

/** Randomness that is the same again for the same seed. */
export interface Luck {
  /** From 0 up to, but not, 1. */
  next(): number;
  between(least: number, most: number): number;
  /** A whole number, both ends included. */
  whole(least: number, most: number): number;
  pick<Thing>(things: readonly [Thing, ...Thing[]]): Thing;
  happens(probability: number): boolean;
  /** One of its own for a part, so that what one part draws changes nothing for the others. */
  of(part: string): Luck;
}

export function luckOf(seed: number, name = "all"): Luck {
  let drawn = 0;
  const next = (): number => {
    drawn += 1;
    // `chance` may answer exactly 1 once in four billion times.
    return Math.min(chance(seed, name, drawn), 1 - Number.EPSILON);
  };
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    whole,
    between: (least, most) => least + next() * (most - least),
    pick: (things) => things[whole(0, things.length - 1)] ?? things[0],
    happens: (probability) => next() < probability,
    of: (part) => luckOf(seed, `${name}/${part}`),
  };
}
