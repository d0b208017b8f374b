import { chance } from "./chance.ts";
import type { Lift, Rhythm } from "./model.ts";
import { DAY_MS } from "./sids.ts";

const HOUR_MS = 3_600_000;

/** How many ordinary days' worth of traffic a category has had on that day up to this moment: about 1 at the end of an ordinary one. */
export function doneOfDay(rhythm: Rhythm, seed: number, category: string, day: number, nowMs: number): number {
  const startMs = day * DAY_MS;
  if (nowMs <= startMs) return 0;
  const weekday = (day + 4) % 7; // day 0 was a Thursday; 0 is Sunday
  const ofDay =
    (rhythm.weekdays[weekday] ?? 1) *
    (rhythm.quietDays[day] ?? 1) *
    (1 + rhythm.growthPerDay) ** (day - rhythm.anchorDay) *
    stray(rhythm.dayNoise, chance(seed, category, day));
  const lifts = rhythm.lifts.filter(
    ({ fromMs, toMs, leaves }) =>
      fromMs < startMs + DAY_MS && toMs > startMs && (leaves === null || leaves.includes(category)),
  );
  const all = rhythm.hours.reduce((sum, weight) => sum + weight, 0);
  let done = 0;
  for (const [hour, weight] of rhythm.hours.entries()) {
    const fromMs = startMs + hour * HOUR_MS;
    if (fromMs >= nowMs) break;
    const toMs = Math.min(nowMs, fromMs + HOUR_MS);
    const noise = stray(rhythm.hourNoise, chance(seed, `${category} by hour`, day * 24 + hour));
    done += (weight / all) * noise * (lifted(lifts, fromMs, toMs) / HOUR_MS);
  }
  return ofDay * done;
}

/** Milliseconds between the two, each counted as often as its lifts say. */
function lifted(lifts: readonly Lift[], fromMs: number, toMs: number): number {
  let ms = toMs - fromMs;
  for (const lift of lifts) {
    ms += (lift.factor - 1) * Math.max(0, Math.min(toMs, lift.toMs) - Math.max(fromMs, lift.fromMs));
  }
  return Math.max(0, ms);
}

function stray(noise: number, luck: number): number {
  return 1 + noise * (2 * luck - 1);
}
