import { accept, type Decision } from "../lib/decision.ts";
import type { IncidentCommand, IncidentEvent, IncidentRefusal, UnresolvedIncident } from "./contract.ts";
import { isSnoozed } from "./reminders.ts";

/**
 * The silence over an incident is over: people are called once for what they missed, and reminders of what nobody acknowledged
 * begin anew. Told twice it does nothing, and what came after the silence called people by itself.
 */
export function unsilence(
  state: UnresolvedIncident,
  { overAtMs, heardAtMs }: Extract<IncidentCommand, { readonly type: "unsilence" }>,
  nowMs: number,
): Decision<IncidentEvent, IncidentRefusal> {
  if (state.calledAtMs >= overAtMs) return accept();
  // Somebody has looked at it and wants to hear of it later: that promise is kept then.
  if (isSnoozed(state, nowMs)) return accept();
  const isUnseen = state.status === "open" && state.alert.severity === "critical";
  const isAlarm = isUnseen || hasMissedAlarm(state, heardAtMs) || hasMissedPromise(state, heardAtMs);
  return isAlarm || state.status === "open" ? accept({ type: "incident-unsilenced", isAlarm, atMs: nowMs }) : accept();
}

/** It came back or became critical, no message said so, and nobody has taken it since. */
function hasMissedAlarm(state: UnresolvedIncident, heardAtMs: readonly number[]): boolean {
  const { alarm } = state;
  return alarm !== null && !heardAtMs.includes(alarm.atMs) && takenAtMs(state) <= alarm.atMs;
}

/** Its snooze ended, and whoever snoozed it did not hear of that. */
function hasMissedPromise(state: UnresolvedIncident, heardAtMs: readonly number[]): boolean {
  const { snoozedBy, snoozedUntilMs, calledAtMs } = state;
  if (snoozedBy === null || snoozedUntilMs === null) return false;
  return snoozedUntilMs > calledAtMs && !heardAtMs.includes(snoozedUntilMs);
}

function takenAtMs(state: UnresolvedIncident): number {
  switch (state.status) {
    case "open":
      return 0;
    case "acknowledged":
      return state.acknowledgedAtMs;
    case "contained":
      return state.containedAtMs;
  }
}
