import { type ErrorStory, ruleOf } from "./error-story.ts";

/** `<Dial>`, REST call, SIP trunk and message to a place that the geo permissions close. */
export const blockedDestinationsStory: ErrorStory = {
  threat: "blocked-destinations",
  codes: ["13227", "21215", "32205", "21408"],
  warningFrom: 5,
  criticalFrom: 5,
  noun: "calls or messages to blocked countries",
  meaning: "geo permissions stop them, but whoever sends them can use this account",
  category: "calls-outbound",
};

/** Who can place these calls holds valid credentials: the geo permissions are the last door, hence critical at once. */
export const blockedDestinations = ruleOf(blockedDestinationsStory);
