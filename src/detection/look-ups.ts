import { meaningOf } from "./usage-categories.ts";

/**
 * Fewer look-ups in a day are no news by their number. Tollgate makes some itself, on the main account: five for each incident of
 * pumping, and those that people ask for. Its own must not raise an alarm; a stolen list has thousands of numbers.
 */
export const FEWEST_LOOK_UPS = 50;

export function isLookUp(category: string): boolean {
  return meaningOf(category).threat === "lookup-abuse";
}
