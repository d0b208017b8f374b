import { done, type JobHandler } from "./job.ts";

/** Learns what is ordinary on one account from its finished days. */
export function createLearn(): JobHandler {
  return async () => done;
}
