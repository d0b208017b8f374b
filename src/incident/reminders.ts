import type { LiveIncident } from "./contract.ts";

const LONGEST_GAP_MS = 60 * 60_000;
/** Whoever did not look for a day is not helped by one more message. */
const REMIND_FOR_MS = 24 * 60 * 60_000;

export interface Reminders {
  /** The newest reminder whose time has come; null when there is none. */
  readonly dueAtMs: number | null;
  /** When to look again; null: never. */
  readonly nextAtMs: number | null;
}

/**
 * When people are reminded of an incident. Nobody acknowledged it: some time after it was opened, reopened or woken, then at
 * doubled distances up to an hour, for a day. It was snoozed: once at the end, whatever its state, for that was the promise.
 *
 * The times follow from the incident alone, so that a message named after its time is posted once, however often, late or early
 * somebody asks. Of those that were missed only the newest is due.
 */
export function remindersOf(incident: LiveIncident, remindAfterMs: number, nowMs: number): Reminders {
  if (incident.status === "resolved") return { dueAtMs: null, nextAtMs: null };
  const { openedAtMs, reopenedAtMs, snoozedUntilMs, snoozedBy } = incident;
  if (snoozedUntilMs !== null && snoozedUntilMs > nowMs) return { dueAtMs: null, nextAtMs: snoozedUntilMs };
  // Only the newest of the three counts: a snooze of before it came back is history.
  const fromMs = Math.max(reopenedAtMs ?? openedAtMs, snoozedUntilMs ?? 0);
  const isPromised = snoozedBy !== null && snoozedUntilMs === fromMs;
  let dueAtMs = isPromised && nowMs - fromMs <= REMIND_FOR_MS ? fromMs : null;
  if (incident.status !== "open" || remindAfterMs === 0) return { dueAtMs, nextAtMs: null };
  let gapMs = remindAfterMs;
  for (let atMs = fromMs + gapMs; atMs - fromMs <= REMIND_FOR_MS; ) {
    if (atMs > nowMs) return { dueAtMs, nextAtMs: atMs };
    dueAtMs = atMs;
    gapMs = Math.min(gapMs * 2, Math.max(LONGEST_GAP_MS, remindAfterMs));
    atMs += gapMs;
  }
  return { dueAtMs, nextAtMs: null };
}
