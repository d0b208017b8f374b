import type { AccountSid } from "../../lib/id.ts";
import { DAY_MS, dayOf } from "../twilio/sids.ts";
import type { Intensity } from "./attacks/contract.ts";
import type { Cast } from "./month.ts";
import type { Stage } from "./stage.ts";
import { begin, beginsIn, lostUsd, type Planned, playLead, playStep, type Suspect } from "./suspect.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** What came of it. Times are simulated ones. */
export interface Outcome extends Planned {
  readonly startMs: number;
  /** When the first signal that tells of it was kept; null: none was. */
  readonly firstSignMs: number | null;
  /** When a true incident was opened; null: never, by the end of the attack and an hour more. */
  readonly raisedMs: number | null;
  readonly threat: string | null;
  readonly summary: string | null;
  /** What the attack had cost by then, or in all when it was never noticed. */
  readonly lostUsd: number;
  /** Incidents of other threats that were opened meanwhile. */
  readonly asides: readonly string[];
  /** Errors that the store counts, and those that there were. */
  readonly counted: { readonly kept: number; readonly happened: number };
}

const GRACE_MS = HOUR_MS;

/** How often is looked: every ten seconds while it may matter for seconds, seldom while it matters for hours. */
const STEPS: Readonly<Record<Intensity, readonly { readonly forMs: number; readonly stepMs: number }[]>> = {
  flood: [
    { forMs: 6 * MINUTE_MS, stepMs: 10 * SECOND_MS },
    { forMs: 24 * MINUTE_MS, stepMs: MINUTE_MS },
    { forMs: DAY_MS, stepMs: 10 * MINUTE_MS },
  ],
  heavy: [
    { forMs: 15 * MINUTE_MS, stepMs: 30 * SECOND_MS },
    { forMs: 60 * MINUTE_MS, stepMs: 2 * MINUTE_MS },
    { forMs: DAY_MS, stepMs: 10 * MINUTE_MS },
  ],
  strong: [
    { forMs: 20 * MINUTE_MS, stepMs: 30 * SECOND_MS },
    { forMs: 100 * MINUTE_MS, stepMs: 2 * MINUTE_MS },
    { forMs: DAY_MS, stepMs: 10 * MINUTE_MS },
  ],
  double: [
    { forMs: 4 * HOUR_MS, stepMs: 10 * MINUTE_MS },
    { forMs: 10 * DAY_MS, stepMs: 30 * MINUTE_MS },
  ],
  drip: [{ forMs: 10 * DAY_MS, stepMs: 60 * MINUTE_MS }],
  once: [
    { forMs: 20 * MINUTE_MS, stepMs: 30 * SECOND_MS },
    { forMs: DAY_MS, stepMs: 10 * MINUTE_MS },
  ],
};

/** Plays attacks of one intensity at the same time, each on an account of its own, beside the ordinary traffic of that account. */
export async function playCrimes(stage: Stage, cast: Cast, planned: readonly Planned[]): Promise<readonly Outcome[]> {
  const { clock } = stage;
  const startMs = beginsIn(stage);
  const suspects = planned.map((one) => begin(cast, one, startMs));
  stage.watchOnly(suspects.map(({ accountSid }) => accountSid));
  stage.onSignal((signal, atMs) => {
    for (const suspect of suspects) {
      if (signal.accountSid !== suspect.accountSid || suspect.firstSignMs !== null || atMs < startMs) continue;
      // Usage is read all the time: it tells of an attack only once that has cost something.
      if (signal.kind === "usage-reading" && lostUsd(stage, suspect, startMs) === 0) continue;
      if (suspect.planned.kind.isSign(signal)) suspect.firstSignMs = atMs;
    }
  });
  await playLead(stage, cast, suspects, startMs);
  const endMs = Math.max(...suspects.map(({ crime }) => crime.endMs)) + GRACE_MS;
  while (clock.now() < endMs) {
    await playStep(stage, cast, suspects, nextLook(planned, startMs, clock.now(), endMs));
    await look(stage, suspects, startMs);
    // What was found is played no further.
    const atLarge = suspects.filter(({ raised }) => raised === undefined);
    if (atLarge.length === 0) break;
    stage.watchOnly(atLarge.map(({ accountSid }) => accountSid));
  }
  return Promise.all(suspects.map((suspect) => outcomeOf(stage, suspect, startMs)));
}

async function look(stage: Stage, suspects: readonly Suspect[], startMs: number): Promise<void> {
  for (const suspect of suspects) {
    if (suspect.raised !== undefined) continue;
    suspect.lostUsd = lostUsd(stage, suspect, startMs);
    for (const raised of await stage.raised(suspect.accountSid)) {
      if (raised.atMs < startMs) continue;
      const names = suspect.planned.kind.threats;
      if (names.some((name) => raised.threat.startsWith(name))) {
        suspect.raised ??= raised;
        suspect.isOver = true;
      } else suspect.asides.add(raised.threat);
    }
  }
}

/** The next look, not beyond midnight. */
function nextLook(planned: readonly Planned[], startMs: number, nowMs: number, endMs: number): number {
  let nextMs = Math.min(endMs, (dayOf(nowMs) + 1) * DAY_MS);
  for (const { intensity, kind } of planned) {
    const trafficMs = startMs + (kind.quietMinutes ?? 0) * MINUTE_MS;
    for (const fromMs of [startMs, trafficMs]) {
      nextMs = Math.min(nextMs, fromMs > nowMs ? fromMs : nowMs + stepAt(intensity, nowMs - fromMs));
    }
  }
  return nextMs;
}

function stepAt(intensity: Intensity, ageMs: number): number {
  let leftMs = ageMs;
  for (const { forMs, stepMs } of STEPS[intensity]) {
    if (leftMs < forMs) return stepMs;
    leftMs -= forMs;
  }
  return DAY_MS;
}

async function outcomeOf(stage: Stage, suspect: Suspect, startMs: number): Promise<Outcome> {
  const { planned, raised, accountSid, firstSignMs, asides } = suspect;
  const sid = accountSid as AccountSid;
  const buckets = await stage.store.signals.bucketsSince(sid, startMs, startMs);
  const kept = buckets.filter(({ last }) => last.kind === "error").reduce((sum, { count }) => sum + count, 0);
  const since = Math.floor(startMs / MINUTE_MS) * MINUTE_MS;
  const happened = [...stage.standIn.state.alerts.values()].filter(
    (alert) => alert.accountSid === accountSid && alert.createdAtMs >= since,
  ).length;
  return {
    ...planned,
    startMs,
    firstSignMs,
    raisedMs: raised?.atMs ?? null,
    threat: raised?.threat ?? null,
    summary: raised?.summary ?? null,
    lostUsd: suspect.lostUsd,
    asides: [...asides],
    counted: { kept, happened },
  };
}
