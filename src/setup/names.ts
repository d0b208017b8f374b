import type { NewTrigger, WantedTrigger } from "./contract.ts";

/** What everything that set-up makes is called by. Nothing without it is ever deleted. */
export const OUR_NAME = "Tollgate";

/** https://www.twilio.com/docs/usage/api/usage-trigger: at most 64 characters. */
const LONGEST_NAME = 64;

export function newTrigger({ category, measure, value }: WantedTrigger, callbackUrl: string): NewTrigger {
  const friendlyName = `${OUR_NAME}: ${category}, ${measure} a day`.slice(0, LONGEST_NAME);
  return { friendlyName, category, measure, value, callbackUrl };
}

export const SINK_DESCRIPTION = `${OUR_NAME} webhook`;
export const SUBSCRIPTION_DESCRIPTION = `${OUR_NAME} events`;
