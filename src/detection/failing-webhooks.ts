import { type ErrorStory, ruleOf } from "./error-story.ts";

/** Twilio cannot fetch what a call or a message is to do. https://www.twilio.com/docs/api/errors#11200 */
export const failingWebhooksStory: ErrorStory = {
  threat: "failing-webhooks",
  codes: ["11200", "11205", "11206", "11210", "11215", "11220", "11235", "11236", "11237", "12100", "12300"],
  warningFrom: 10,
  criticalFrom: 100,
  noun: "failed requests to our own webhooks",
  meaning:
    "the server behind them is down, or its address was changed or taken over; calls and messages follow the fallback URLs where there are any",
  category: null,
};

/** Our customers' servers do not answer Twilio as they should: a failure, or somebody else's address. */
export const failingWebhooks = ruleOf(failingWebhooksStory);
