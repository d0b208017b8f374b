import type { Actor } from "../audit/envelope.ts";
import type { Alert, Threat } from "../detection/contract.ts";
import type { AccountSid, IncidentId, SilenceId } from "../lib/id.ts";

/**
 * State machine 4: for a while, alerts of one threat on one account open no incident and call nobody.
 *
 * none --silence--> active --end (a person) or lapse (its time is over)--> over
 *
 * What it holds back is remembered whole, and opens an incident when it is over, however long ago it came: a silence may delay a
 * call until its end, never lose it. What a person reports is never silenced: whoever reports it wants somebody to come.
 */
export type Silence =
  | { readonly status: "none" }
  | (SilenceCore & { readonly status: "active" })
  /** `endedBy` null: its time was over. */
  | (SilenceCore & { readonly status: "over"; readonly endedBy: Actor | null; readonly endedAtMs: number });

interface SilenceCore {
  readonly id: SilenceId;
  readonly accountSid: AccountSid;
  /** Null: whatever it is. */
  readonly threat: Threat | null;
  /** From whose card it was made; null: from none. */
  readonly incidentId: IncidentId | null;
  readonly by: Actor;
  readonly reason: string;
  readonly startedAtMs: number;
  readonly untilMs: number;
  /**
   * The first alert that it held back of each threat and severity, oldest first: constant however many came. Another first one
   * after people were done with an incident of that threat.
   */
  readonly heldBack: readonly HeldBack[];
}

/** As it came, and when. */
export interface HeldBack extends Alert {
  readonly atMs: number;
}

export type SilenceCommand =
  | {
      readonly type: "silence";
      readonly id: SilenceId;
      readonly accountSid: AccountSid;
      readonly threat: Threat | null;
      /** Missing: from no incident's card. */
      readonly incidentId?: IncidentId;
      readonly by: Actor;
      readonly reason: string;
      readonly untilMs: number;
    }
  /** `doneAtMs`: when people were done with the last incident of its threat; null when there is none. */
  | { readonly type: "hold-back"; readonly alert: Alert; readonly doneAtMs: number | null }
  | { readonly type: "end"; readonly by: Actor }
  | { readonly type: "lapse" };

export type SilenceEvent =
  | {
      readonly type: "silence-started";
      readonly id: SilenceId;
      readonly accountSid: AccountSid;
      readonly threat: Threat | null;
      /** Missing: from no incident's card. */
      readonly incidentId?: IncidentId;
      readonly by: Actor;
      readonly reason: string;
      readonly untilMs: number;
      readonly atMs: number;
    }
  | { readonly type: "silence-held-back"; readonly heldBack: HeldBack; readonly atMs: number }
  | { readonly type: "silence-ended"; readonly by: Actor; readonly atMs: number }
  | { readonly type: "silence-lapsed"; readonly atMs: number };

export type SilenceRefusal =
  | "unknown-silence"
  | "already-silenced"
  | "silence-too-long"
  | "silence-in-the-past"
  | "silence-over"
  | "silence-not-over";

/** Longer than this is no silence but a change of the policy file. */
export const LONGEST_SILENCE_MS = 7 * 86_400_000;
