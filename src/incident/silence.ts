import type { Actor } from "../audit/envelope.ts";
import type { Alert, Threat } from "../detection/contract.ts";
import type { AccountSid, SilenceId } from "../lib/id.ts";

/**
 * State machine 4: for a while, alerts of one threat on one account open no incident and call nobody.
 *
 * none --silence--> active --end (a person) or lapse (its time is over)--> over
 *
 * What it holds back is remembered, and an attack that still goes on when it is over opens an incident at once.
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
  readonly by: Actor;
  readonly reason: string;
  readonly startedAtMs: number;
  readonly untilMs: number;
  /** The first alert that it held back of each threat and severity, oldest first: constant however many came. */
  readonly heldBack: readonly HeldBack[];
}

export interface HeldBack {
  readonly threat: Threat;
  readonly severity: Alert["severity"];
  readonly summary: string;
  readonly atMs: number;
}

export type SilenceCommand =
  | {
      readonly type: "silence";
      readonly id: SilenceId;
      readonly accountSid: AccountSid;
      readonly threat: Threat | null;
      readonly by: Actor;
      readonly reason: string;
      readonly untilMs: number;
    }
  | { readonly type: "hold-back"; readonly alert: Alert }
  | { readonly type: "end"; readonly by: Actor }
  | { readonly type: "lapse" };

export type SilenceEvent =
  | {
      readonly type: "silence-started";
      readonly id: SilenceId;
      readonly accountSid: AccountSid;
      readonly threat: Threat | null;
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
export const LONGEST_SILENCE_MS = 30 * 86_400_000;
