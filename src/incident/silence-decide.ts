import type { Threat } from "../detection/contract.ts";
import { REPORTED_BY_PERSON } from "../detection/threats.ts";
import { accept, type Decision, refuse, unreachable } from "../lib/decision.ts";
import type { AccountSid } from "../lib/id.ts";
import {
  LONGEST_SILENCE_MS,
  type Silence,
  type SilenceCommand,
  type SilenceEvent,
  type SilenceRefusal,
} from "./silence.ts";

type KnownSilence = Exclude<Silence, { readonly status: "none" }>;

export const noSilence: Silence = { status: "none" };

export function decideSilence(
  state: Silence,
  command: SilenceCommand,
  nowMs: number,
): Decision<SilenceEvent, SilenceRefusal> {
  if (command.type === "silence") {
    if (state.status !== "none") return refuse("already-silenced");
    if (command.untilMs <= nowMs) return refuse("silence-in-the-past");
    if (command.untilMs - nowMs > LONGEST_SILENCE_MS) return refuse("silence-too-long");
    return accept({ ...command, type: "silence-started", atMs: nowMs });
  }
  if (state.status === "none") return refuse("unknown-silence");
  if (state.status === "over") return refuse("silence-over");
  switch (command.type) {
    case "hold-back": {
      // Its timer may be late: what comes after its time is not held back.
      if (nowMs >= state.untilMs) return refuse("silence-over");
      const { alert, doneAtMs } = command;
      const isKnown = state.heldBack.some(
        (held) =>
          held.threat === alert.threat &&
          held.severity === alert.severity &&
          // What people were done with since will not be raised again: this one would be lost with it.
          (doneAtMs === null || held.lastSignalAtMs > doneAtMs),
      );
      return isKnown
        ? accept()
        : accept({
            type: "silence-held-back",
            heldBack: { ...alert, atMs: nowMs },
            atMs: nowMs,
          });
    }
    case "end":
      return accept({ type: "silence-ended", by: command.by, atMs: nowMs });
    case "lapse":
      // A timer may come early or twice; only a silence that is really over lapses.
      return nowMs < state.untilMs ? refuse("silence-not-over") : accept({ type: "silence-lapsed", atMs: nowMs });
    default:
      return unreachable(command);
  }
}

export function evolveSilence(state: Silence, event: SilenceEvent): Silence {
  if (event.type === "silence-started") {
    const { id, accountSid, threat, incidentId = null, by, reason, untilMs, atMs: startedAtMs } = event;
    const core = { id, accountSid, threat, incidentId, by, reason, startedAtMs, untilMs };
    return { ...core, status: "active", heldBack: [] };
  }
  if (state.status === "none") throw new Error(`a silence cannot begin with ${event.type}`);
  switch (event.type) {
    case "silence-held-back":
      return { ...state, heldBack: [...state.heldBack, event.heldBack] };
    case "silence-ended":
      return { ...state, status: "over", endedBy: event.by, endedAtMs: event.atMs };
    case "silence-lapsed":
      return { ...state, status: "over", endedBy: null, endedAtMs: event.atMs };
    default:
      return unreachable(event);
  }
}

/** True while this silence keeps that threat on that account from people: its timer may be late, so its own time counts. */
export function covers(silence: Silence, accountSid: AccountSid, threat: Threat, nowMs: number): boolean {
  return silence.status === "active" && silence.untilMs > nowMs && isMeantFor(silence, accountSid, threat);
}

/** Whether it kept that threat on that account from people as long as it lasted. */
export function isMeantFor(silence: KnownSilence, accountSid: AccountSid, threat: Threat): boolean {
  if (silence.accountSid !== accountSid || threat === REPORTED_BY_PERSON) return false;
  return silence.threat === null || silence.threat === threat;
}
