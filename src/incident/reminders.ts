import type { LiveIncident } from "./contract.ts";

const LONGEST_GAP_MS = 60 * 60_000;
/** A warning may wait: its distances are so many times as long, but no longer than this because of it. */
const WARNING_WAITS_TIMES = 6;
const LONGEST_WARNING_GAP_MS = 6 * 60 * 60_000;
/** Whoever did not look for a day is not helped by one more message. */
const REMIND_FOR_MS = 24 * 60 * 60_000;

export interface Reminders {
  /** The newest reminder whose time has come; null when there is none. */
  readonly dueAtMs: number | null;
  /** When to look again; null: never. */
  readonly nextAtMs: number | null;
}

/**
 * When people are reminded of an incident. Nobody acknowledged it: some time after they were called to it (it was opened, became
 * critical, came back) or it was woken, then at doubled distances up to an hour, for a day; of a warning more seldom. It was
 * snoozed: once at the end, whatever its state, for that was the promise.
 *
 * The times follow from the incident alone, so that a message named after its time is posted once, however often, late or early
 * somebody asks. Of those that were missed only the newest is due.
 */
export function remindersOf(incident: LiveIncident, remindAfterMs: number, nowMs: number): Reminders {
  if (incident.status === "resolved") return { dueAtMs: null, nextAtMs: null };
  const { snoozedUntilMs } = incident;
  if (isSnoozed(incident, nowMs)) return { dueAtMs: null, nextAtMs: snoozedUntilMs };
  const { fromMs, isPromised } = beginningOf(incident);
  let dueAtMs = isPromised && nowMs - fromMs <= REMIND_FOR_MS ? fromMs : null;
  if (incident.status !== "open" || remindAfterMs === 0) return { dueAtMs, nextAtMs: null };
  const { firstMs, longestMs } = gapsOf(incident, remindAfterMs);
  let gapMs = firstMs;
  for (let atMs = fromMs + gapMs; atMs - fromMs <= REMIND_FOR_MS; ) {
    if (atMs > nowMs) return { dueAtMs, nextAtMs: atMs };
    dueAtMs = atMs;
    gapMs = Math.min(gapMs * 2, longestMs);
    atMs += gapMs;
  }
  return { dueAtMs, nextAtMs: null };
}

/** A snooze that is over is none, even while nobody has recorded its end. */
export function isSnoozed({ snoozedUntilMs }: { readonly snoozedUntilMs: number | null }, nowMs: number): boolean {
  return snoozedUntilMs !== null && snoozedUntilMs > nowMs;
}

/** True of the first one since people were called, or since a snooze ended: whose incident it is may still be about to look. */
export function isFirstReminder(incident: LiveIncident, remindAfterMs: number, dueAtMs: number): boolean {
  const { fromMs, isPromised } = beginningOf(incident);
  return dueAtMs <= (isPromised ? fromMs : fromMs + gapsOf(incident, remindAfterMs).firstMs);
}

/** Only the newest counts: a snooze of before people were called again is history. */
function beginningOf({ calledAtMs, snoozedUntilMs, snoozedBy }: LiveIncident) {
  const fromMs = Math.max(calledAtMs, snoozedUntilMs ?? 0);
  return { fromMs, isPromised: snoozedBy !== null && snoozedUntilMs === fromMs };
}

function gapsOf({ alert }: LiveIncident, remindAfterMs: number) {
  if (alert.severity === "critical") {
    return { firstMs: remindAfterMs, longestMs: Math.max(LONGEST_GAP_MS, remindAfterMs) };
  }
  const longestMs = Math.max(LONGEST_WARNING_GAP_MS, remindAfterMs);
  return { firstMs: Math.min(WARNING_WAITS_TIMES * remindAfterMs, longestMs), longestMs };
}
