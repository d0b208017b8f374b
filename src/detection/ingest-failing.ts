import { type ErrorStory, ruleOf } from "./error-story.ts";

/** Event Streams says that a sink failed, was too slow, or that events are lost. https://www.twilio.com/docs/api/errors/91300 */
export const ingestFailingStory: ErrorStory = {
  threat: "ingest-failing",
  codes: ["91300", "91303", "91304", "91308", "93101"],
  warningFrom: 5,
  criticalFrom: null,
  noun: "events that Twilio could not deliver to a sink of this account",
  meaning: "Tollgate hears less than happens until its address can be reached again; its polls fill the gap",
  category: null,
};

/** What we cannot hear: a warning only, since the polls go on. */
export const ingestFailing = ruleOf(ingestFailingStory);
