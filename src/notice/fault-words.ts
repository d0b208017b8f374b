import { unreachable } from "../lib/decision.ts";
import type { Fault } from "../lib/fault.ts";
import { span } from "./words.ts";

/** What a person should know about a failed request to Twilio, and what to do now. Never the fault's own text: it is for the log. */
export function twilioFaultSentence(fault: Fault): string {
  switch (fault.kind) {
    case "rate-limited":
      return fault.retryAfterMs === undefined
        ? "Twilio asks for fewer requests. Try again in a minute."
        : `Twilio asks for fewer requests. Try again in ${span(fault.retryAfterMs)}.`;
    case "unavailable":
      return "Twilio cannot be reached at the moment. Try again in a minute.";
    case "timeout":
      return "Twilio did not answer in time. Try again in a minute.";
    case "unauthorised":
      return "Twilio refused Tollgate's credentials. If the auth token was changed outside Tollgate, its operator must set the new one.";
    case "not-found":
      return "Twilio says that this does not exist, or that Tollgate may not see it.";
    case "rejected":
      return `Twilio refused the question${fault.code === undefined ? "" : ` (its error ${fault.code})`}.`;
    default:
      return unreachable(fault.kind);
  }
}
