import type { PlatformName } from "../audit/envelope.ts";
import type { FollowUp } from "./ports.ts";

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
