import type { Rule } from "./contract.ts";
import { errorBurst } from "./error-burst.ts";
import { usageThreshold } from "./usage-threshold.ts";

/** Every rule. A new one is a file beside these and a line here; each concludes threats of its own, so that no two raise the same dedup key. */
export const rules: readonly Rule[] = [usageThreshold, errorBurst];
