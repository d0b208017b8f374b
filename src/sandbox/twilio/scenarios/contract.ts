import type { Severity, Threat } from "../../../detection/contract.ts";
import type { ResolveCause } from "../../../incident/contract.ts";
import type { TwilioStandIn } from "../start.ts";
import type { Cast } from "./cast.ts";

/** Something that happens to one of Acme's accounts on the stand-in, by its own rules, and what should come of it. */
export interface Scenario {
  /** As it is asked for: `sms-pumping`. */
  readonly name: string;
  /** What begins, for who watches. */
  readonly title: string;
  /** SID of the account that it is aimed at. */
  target(cast: Cast): string;
  begin(standIn: TwilioStandIn, accountSid: string): Running;
  /** Null: nobody may hear of it. */
  readonly expects: { readonly threat: Threat; readonly severity: Severity } | null;
  /** What people do about it, in this order; then they resolve it. Titles of remediations. */
  readonly remediations: readonly string[];
  readonly cause: ResolveCause;
}

/** It goes on until it is stopped. */
export interface Running {
  stop(): void;
  /** When something was done, oldest first. */
  readonly beats: readonly number[];
  /** What `beats` are, e.g. `Calls to Latvia`. */
  readonly doing: string;
  /** What Twilio would not let them do: error code -> how often. */
  readonly refused: Readonly<Record<string, number>>;
  /** What is still wrong on Twilio after people did theirs; empty when all is well. */
  problems(): readonly string[];
}
