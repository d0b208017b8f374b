import { quantity, usd } from "../detection/amount.ts";
import { unreachable } from "../lib/decision.ts";
import type { Measure, Step } from "./contract.ts";

/** `40 USD a day`, `1 a day`, `120 units a day`. */
export function amountWords({ measure, value }: { readonly measure: Measure; readonly value: number }): string {
  switch (measure) {
    case "price":
      return `${usd(value)} a day`;
    case "count":
      return `${quantity(value)} a day`;
    case "usage":
      return `${quantity(value)} units a day`;
    default:
      return unreachable(measure);
  }
}

export type Verb = "create" | "replace" | "change" | "delete" | "test";

/** One step for people: what happens, to what, and why. Names of accounts are left to who knows them. */
export interface StepWords {
  readonly verb: Verb;
  /** `usage trigger calls-outbound at 40 USD a day` */
  readonly what: string;
  readonly why: string;
}

export function stepWords(step: Step): StepWords {
  const { why } = step;
  switch (step.kind) {
    case "create-trigger": {
      const verb = step.replaces.length === 0 ? "create" : "replace";
      return { verb, what: `usage trigger ${step.trigger.category} at ${amountWords(step.trigger)}`, why };
    }
    case "delete-trigger":
      return { verb: "delete", what: `usage trigger ${step.trigger.category} at ${amountWords(step.trigger)}`, why };
    case "create-sink":
      return { verb: "create", what: `Event Streams sink to ${step.destination}`, why };
    case "test-sink":
      return { verb: "test", what: `Event Streams sink ${step.sinkSid}`, why };
    case "subscribe":
      return { verb: "create", what: `subscription to ${step.types.length} types of events`, why };
    case "set-event-types":
      return { verb: "change", what: `subscription ${step.subscriptionSid}`, why };
    case "delete-sink":
      return { verb: "delete", what: `Event Streams sink to ${step.sink.destination ?? "nowhere"}`, why };
    case "set-porting-webhook":
      return { verb: "create", what: `porting webhook to ${step.webhook.portOutUrl ?? "nowhere"}`, why };
    default:
      return unreachable(step);
  }
}
