import type { Fault } from "../lib/fault.ts";
import { twilioFaultSentence } from "../notice/fault-words.ts";
import type { CommandAnswer } from "./contract.ts";

/** Twilio could not be asked: one sentence, for the asker alone. */
export function twilioProblem(heading: string, fault: Fault): CommandAnswer {
  return problem(heading, twilioFaultSentence(fault));
}

/** One sentence about why there is no answer. */
export function problem(heading: string, sentence: string): CommandAnswer {
  return { heading, elements: [{ kind: "text", text: [sentence] }], note: null, isPrivate: true };
}
