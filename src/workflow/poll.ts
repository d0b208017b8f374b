import { done, type JobHandler } from "./job.ts";

/** Asks Twilio's records of one account what is new. */
export function createPoll(): JobHandler {
  return async () => done;
}
