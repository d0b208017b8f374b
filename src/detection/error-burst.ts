import type { Rule } from "./contract.ts";
import { knownStory, storyOf } from "./error-stories.ts";
import { errorsIn, tell } from "./error-story.ts";

/** Many errors of one code that belongs to no threat we know. */
export const errorBurst: Rule = {
  id: "error-burst",
  evaluate: ({ buckets, nowMs }) =>
    errorsIn(buckets, nowMs)
      .filter(({ code }) => knownStory(code) === null)
      .flatMap((errors) => tell(storyOf(errors.code), [errors])),
};
