import type { PlatformName } from "../audit/envelope.ts";
import type { Clock } from "../lib/clock.ts";
import type { FollowUp, Outbox } from "./ports.ts";

export interface Wishes {
  /** Messages of these subjects may be out of date, on every platform. */
  notify(...subjects: readonly string[]): readonly FollowUp[];
  notifyAt(dueAtMs: number, ...subjects: readonly string[]): readonly FollowUp[];
}

export function createWishes(platforms: readonly PlatformName[]): Wishes {
  const wish = (dueAtMs: number | null, subjects: readonly string[]): readonly FollowUp[] =>
    subjects.flatMap((subject) =>
      platforms.map((platform) => ({ job: "notify", key: `${platform}.${subject}`, dueAtMs })),
    );
  return {
    notify: (...subjects) => wish(null, subjects),
    notifyAt: (dueAtMs, ...subjects) => wish(dueAtMs, subjects),
  };
}

export function atOnce(job: FollowUp["job"], key: string): FollowUp {
  return { job, key, dueAtMs: null };
}

/** Adds follow-ups that no event brings by itself, and tells the queue at once; the outbox is the truth if it does not hear. */
export function createWish(parts: {
  readonly outbox: Outbox;
  readonly hurry: (followUps: readonly FollowUp[]) => void;
  readonly clock: Clock;
}): (followUps: readonly FollowUp[]) => Promise<void> {
  return async (followUps) => {
    for (const followUp of followUps) await parts.outbox.add(followUp, parts.clock.now());
    parts.hurry(followUps);
  };
}
