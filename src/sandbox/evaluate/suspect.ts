import { dayOf } from "../twilio/sids.ts";
import type { Act, AttackKind, Crime, Intensity } from "./attacks/contract.ts";
import { DURATION_MS } from "./attacks/pace.ts";
import { luckOf } from "./luck.ts";
import type { Cast } from "./month.ts";
import { ordinaryActs } from "./ordinary.ts";
import type { Raised, Stage } from "./stage.ts";

/** One attack that is to be played on one account. */
export interface Planned {
  readonly kind: AttackKind;
  readonly intensity: Intensity;
  readonly shapeId: string;
}

/** An attack that is being played. */
export interface Suspect {
  readonly planned: Planned;
  readonly accountSid: string;
  readonly crime: Crime;
  readonly acts: Iterator<Act>;
  next: Act | undefined;
  /** It is played no further, and neither is its account. */
  isOver: boolean;
  firstSignMs: number | null;
  raised: Raised | undefined;
  lostUsd: number;
  readonly asides: Set<string>;
}

/** `forMs`: shorter than its intensity has it. */
export function begin(
  cast: Cast,
  planned: Planned,
  startMs: number,
  forMs: number = DURATION_MS[planned.intensity],
): Suspect {
  const index = cast.histories.findIndex(({ shape }) => shape.id === planned.shapeId);
  const ordinary = cast.ordinary[index];
  if (ordinary === undefined) throw new Error(`no account of the shape ${planned.shapeId}`);
  const { history, accountSid, player } = ordinary;
  const { kind, intensity } = planned;
  const crime: Crime = {
    player,
    shape: history.shape,
    luck: luckOf(history.seed, `${kind.id} ${intensity}`),
    intensity,
    startMs,
    endMs: startMs + forMs,
  };
  return {
    planned,
    accountSid,
    crime,
    acts: kind.acts(crime)[Symbol.iterator](),
    next: undefined,
    isOver: false,
    firstSignMs: null,
    raised: undefined,
    lostUsd: 0,
    asides: new Set(),
  };
}

const MINUTE_MS = 60_000;
/** Ordinary time before the attack begins, so that the polls have looked just now. */
const LEAD_MINUTES = 30;

/** When an attack begins that is played from now on: on a whole minute. */
export function beginsIn({ clock }: Stage): number {
  return (Math.ceil(clock.now() / MINUTE_MS) + LEAD_MINUTES) * MINUTE_MS;
}

/** The ordinary time before it. What was raised until then is done with. */
export async function playLead(stage: Stage, cast: Cast, suspects: readonly Suspect[], startMs: number): Promise<void> {
  for (const minutes of [20, 10, 1]) await playStep(stage, cast, suspects, startMs - minutes * MINUTE_MS);
  for (const { accountSid } of suspects) {
    for (const { id } of await stage.raised(accountSid)) await stage.resolve(id);
  }
  await playStep(stage, cast, suspects, startMs);
}

/** Brings them, and the ordinary traffic of their accounts, to this moment. */
export async function playStep(stage: Stage, cast: Cast, suspects: readonly Suspect[], toMs: number): Promise<void> {
  const fromMs = stage.clock.now();
  const acts: Act[] = [];
  for (const suspect of suspects) {
    if (suspect.isOver) continue;
    const ordinary = cast.ordinary.find(({ accountSid }) => accountSid === suspect.accountSid);
    if (ordinary !== undefined) acts.push(...ordinaryActs(stage.standIn, ordinary, fromMs, toMs));
    acts.push(...criminalActs(suspect, toMs));
  }
  await stage.play(acts, toMs);
}

function criminalActs(suspect: Suspect, toMs: number): readonly Act[] {
  const acts: Act[] = [];
  for (;;) {
    suspect.next ??= suspect.acts.next().value;
    if (suspect.next === undefined || suspect.next.atMs > toMs) return acts;
    acts.push(suspect.next);
    suspect.next = undefined;
  }
}

/** Only attacks are billed as they happen: ordinary traffic is computed. */
export function lostUsd({ standIn }: Stage, { accountSid }: Suspect, startMs: number): number {
  let usd = 0;
  for (const [day, leaves] of Object.entries(standIn.state.account(accountSid).liveUsage)) {
    if (Number(day) < dayOf(startMs)) continue;
    for (const amount of Object.values(leaves)) usd += amount.usd;
  }
  return usd;
}
