import { explains } from "../../../detection/explains.ts";
import type { AccountSid } from "../../../lib/id.ts";
import { luckOf } from "../luck.ts";
import type { Cast } from "../month.ts";
import type { Raised, Stage } from "../stage.ts";
import { begin, beginsIn, type Planned, playLead, playStep, type Suspect } from "../suspect.ts";
import { type Count, countsOf } from "./counts.ts";
import { latePosts } from "./late-posts.ts";
import { startTally, type Tally } from "./tally.ts";
import { type Outage, outageOf } from "./window.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEP_BEFORE_MS = 10 * MINUTE_MS;
/** Twilio sends its posts in vain. */
const STEP_AWAY_MS = 5 * MINUTE_MS;
const LOOKS_AFTER_MINUTES = [0.5, 1, 2, 3, 5, 8, 12, 16, 20, 30, 40, 50, 60];

/** An attack that is met by an outage. */
export interface Met extends Planned {
  /** `long`: as long as others of its intensity. `brief`: it ends while Tollgate is away; `unseen`: it begins there, too. */
  readonly extent: "long" | "brief" | "unseen";
}

/** What came of it. Times are simulated ones. */
export interface Outcome extends Met {
  readonly startMs: number;
  readonly outage: Outage;
  /** The first true incident; null: there was none by an hour after the return. */
  readonly raised: Raised | null;
  /** When detection first said, after the return, what it had learned since Tollgate went away. Null: it never did. */
  readonly newsMs: number | null;
  /** Incidents of other threats. */
  readonly asides: readonly string[];
  readonly counts: readonly Count[];
}

const BRIEF_MS = 40 * MINUTE_MS;

/** When Tollgate is away, if the attack begins then. */
export function outageOn(cast: Cast, met: Met, startMs: number): Outage {
  const { crime } = suspectOf(cast, met, startMs);
  return outageOf(crime, met.kind.acts(crime), met.extent === "unseen");
}

function suspectOf(cast: Cast, met: Met, startMs: number): Suspect {
  return met.extent === "long" ? begin(cast, met, startMs) : begin(cast, met, startMs, BRIEF_MS);
}

/** Plays attacks of which the same hour is missed, each on an account of its own, beside the ordinary traffic of that account. */
export async function playOutage(stage: Stage, cast: Cast, met: readonly [Met, ...Met[]]): Promise<readonly Outcome[]> {
  const { clock } = stage;
  const startMs = beginsIn(stage);
  const outage = outageOn(cast, met[0], startMs);
  const sinceMs = Math.min(startMs, outage.fromMs);
  const suspects = met.map((one) => suspectOf(cast, one, startMs));
  const tally = startTally(stage.standIn);
  const newsMs = new Map<Suspect, number>();
  stage.watchOnly(suspects.map(({ accountSid }) => accountSid));
  stage.onAlert(({ accountSid, threat, lastSignalAtMs }, atMs) => {
    const suspect = suspects.find((one) => one.accountSid === accountSid);
    if (suspect === undefined || atMs < outage.toMs || lastSignalAtMs < outage.fromMs) return;
    // It is heard in the incident that was open, whether it is about the same threat or one that this explains.
    const known = suspect.raised?.threat;
    const isHeard = isTrue(suspect, threat) || (known !== undefined && explains(known, threat));
    if (isHeard && !newsMs.has(suspect)) newsMs.set(suspect, atMs);
  });
  const step = async (toMs: number): Promise<void> => {
    await playStep(stage, cast, suspects, toMs);
    tally.look();
    for (const suspect of suspects) await look(stage, suspect, sinceMs);
  };

  await playLead(stage, cast, suspects, sinceMs);
  while (clock.now() < outage.fromMs) await step(Math.min(outage.fromMs, clock.now() + STEP_BEFORE_MS));
  await stage.setDown(true);
  while (clock.now() < outage.toMs) await step(Math.min(outage.toMs, clock.now() + STEP_AWAY_MS));
  await stage.setDown(false);
  const late = latePosts(stage.standIn, outage.toMs, luckOf(outage.toMs, "late posts"));
  for (const minutes of LOOKS_AFTER_MINUTES) {
    const toMs = outage.toMs + minutes * MINUTE_MS;
    await late.sendUntil(toMs);
    await step(toMs);
  }
  tally.stop();
  const outcomes = met.map(async (one, index): Promise<Outcome> => {
    const suspect = suspects[index];
    if (suspect === undefined) throw new Error("as many suspects as attacks");
    return {
      ...one,
      startMs,
      outage,
      raised: suspect.raised ?? null,
      newsMs: newsMs.get(suspect) ?? null,
      asides: [...suspect.asides],
      counts: await counted(stage, tally, suspect, { sinceMs, outage }),
    };
  });
  return Promise.all(outcomes);
}

function isTrue({ planned }: Suspect, threat: string): boolean {
  return planned.kind.threats.some((name) => threat.startsWith(name));
}

async function look(stage: Stage, suspect: Suspect, sinceMs: number): Promise<void> {
  for (const raised of await stage.raised(suspect.accountSid)) {
    if (raised.atMs < sinceMs) continue;
    if (isTrue(suspect, raised.threat)) suspect.raised ??= raised;
    else suspect.asides.add(raised.threat);
  }
}

async function counted(
  { store, clock }: Stage,
  tally: Tally,
  { accountSid }: Suspect,
  { sinceMs, outage }: { readonly sinceMs: number; readonly outage: Outage },
): Promise<readonly Count[]> {
  const sid = accountSid as AccountSid;
  const midnightMs = Math.floor(clock.now() / DAY_MS) * DAY_MS;
  return countsOf({
    buckets: await store.signals.bucketsSince(sid, sinceMs, sinceMs),
    hours: await store.baselines.hoursSince(sid, midnightMs / HOUR_MS),
    happened: tally.happenedOn(accountSid),
    used: (category) => tally.usedOn(accountSid, category),
    sinceMs,
    outage,
  });
}
