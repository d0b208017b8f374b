import type { Rule, Scene } from "./contract.ts";
import { knownStory, storyOf } from "./error-stories.ts";
import { type Errors, errorsIn, tell } from "./error-story.ts";
import { DELIVERY_ERRORS, messageTraffic, mostInHour } from "./message-traffic.ts";

/** So many of a hundred messages do not arrive on any day: handsets are off, numbers are gone. */
const ORDINARY_LOSS = 0.05;

/** Many errors of one code that belongs to no threat we know. */
export const errorBurst: Rule = {
  id: "error-burst",
  evaluate(scene) {
    return errorsIn(scene.buckets, scene.nowMs)
      .filter(({ code }) => knownStory(code) === null)
      .filter((errors) => !isOrdinaryLoss(errors, scene))
      .flatMap((errors) => tell(storyOf(errors.code), [errors]));
  },
};

/** Who writes to ten thousand people loses hundreds of messages: only where it is known how many were written. */
function isOrdinaryLoss({ code, buckets }: Errors, scene: Scene): boolean {
  if (!DELIVERY_ERRORS.includes(code)) return false;
  const traffic = messageTraffic(scene.buckets, scene.nowMs);
  if (traffic === undefined) return false;
  return mostInHour(buckets) <= traffic.total * ORDINARY_LOSS;
}
