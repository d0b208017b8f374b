import type { IncidentSettings } from "../incident/decide.ts";
import { remindersOf } from "../incident/reminders.ts";
import type { Clock } from "../lib/clock.ts";
import type { IncidentId } from "../lib/id.ts";
import { incidentSubject, reminderSubject } from "../notice/subjects.ts";
import type { Executor } from "./execute.ts";
import { done, type JobHandler, later } from "./job.ts";
import type { Machines } from "./machines.ts";
import type { FollowUp } from "./ports.ts";
import type { Silences } from "./silences.ts";
import type { Wishes } from "./wishes.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly silences: Silences;
  readonly wishes: Wishes;
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly policy: () => IncidentSettings;
  readonly clock: Clock;
}

/**
 * Reminds people of an incident when it is time. The message is named after the time at which it was due: asked for twice, it is
 * posted once, and what was missed while we were down is not made up one by one. Key: the incident.
 */
export function createRemind(parts: Parts): JobHandler {
  const { executor, machines, silences, wishes, clock } = parts;
  return async (key) => {
    const id = key as IncidentId;
    const incident = await executor.read(machines.incident, id);
    if (incident.status === "none") return done;
    const { dueAtMs, nextAtMs } = remindersOf(incident, parts.policy().remindAfterMs, clock.now());
    if (dueAtMs !== null && (await silences.quieting(incident, dueAtMs)) === null) {
      // The card as well: it said that it was snoozed.
      await parts.wish(wishes.notify(reminderSubject(id, dueAtMs), incidentSubject(id)));
    }
    return nextAtMs === null ? done : later(nextAtMs);
  };
}
