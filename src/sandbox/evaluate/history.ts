import type { Lift, UsageProfile } from "../twilio/model.ts";
import { DAY_MS, dayOf } from "../twilio/sids.ts";
import { type Luck, luckOf } from "./luck.ts";
import { type Shape, type Share, shapes } from "./shapes.ts";

/** Live days of a history; its past before them is only seen in Twilio's records. */
export const LIVE_DAYS = 28;
const PAST_DAYS = 120;
const HOUR_MS = 3_600_000;

/** What an account does that is no fraud and looks unusual. */
export type Label =
  | { readonly kind: "campaign"; readonly lift: Lift; readonly isAnnounced: boolean }
  | { readonly kind: "launch"; readonly lift: Lift; readonly country: string; readonly isAnnounced: boolean }
  | { readonly kind: "holiday"; readonly day: number; readonly factor: number };

/** Something that people of the customer do in the Console or their programs do, and that is in order. */
export interface Errand {
  readonly atMs: number;
  readonly what: "key-created" | "number-bought" | "user-from-home" | "webhook-hiccup";
}

/** One account for a month: drawn from a seed, the same again for the same one. */
export interface AccountHistory {
  readonly seed: number;
  readonly shape: Shape;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly profile: UsageProfile;
  readonly labels: readonly Label[];
  readonly errands: readonly Errand[];
  /** Where its traffic goes at that moment. */
  destinationsAt(atMs: number): readonly Share[];
}

const NEW_MARKETS = ["IE", "NL", "ES", "AU", "SE", "MX"] as const;

/** A Monday in March; another week for another seed, so that months begin at different dates. */
const FIRST_START_MS = Date.parse("2026-03-02T00:00:00Z");

export function startOf(seed: number): number {
  return FIRST_START_MS + (seed % 40) * 7 * DAY_MS;
}

/** One account of every shape. `startMs` is a GMT midnight. */
export function makeHistories(seed: number, startMs: number): readonly AccountHistory[] {
  return shapes.map((shape) => makeHistory(seed, shape, startMs));
}

export function makeHistory(seed: number, shape: Shape, startMs: number): AccountHistory {
  const luck = luckOf(seed, shape.id);
  const startDay = dayOf(startMs);
  const labels = shape.id === "dormant" ? [] : drawLabels(luck.of("labels"), shape, startMs);
  const quietDays: Record<string, number> = {};
  for (const label of labels) if (label.kind === "holiday") quietDays[label.day] = label.factor;
  const size = luck.of("size").between(0.8, 1.25);
  return {
    seed,
    shape,
    name: `${shape.title} (${seed})`,
    startMs,
    endMs: startMs + LIVE_DAYS * DAY_MS,
    profile: {
      seed: luck.of("noise").whole(1, 1_000_000),
      sinceDay: startDay - PAST_DAYS,
      weekend: 1,
      leaves: scaled(shape.leaves, size),
      rhythm: {
        ...shape.rhythm,
        anchorDay: startDay,
        quietDays,
        lifts: labels.flatMap((label) => (label.kind === "holiday" ? [] : [label.lift])),
      },
    },
    labels,
    errands: drawErrands(luck.of("errands"), shape, startMs),
    destinationsAt: (atMs) => destinationsAt(shape, labels, atMs),
  };
}

function scaled(leaves: Shape["leaves"], size: number): UsageProfile["leaves"] {
  return Object.fromEntries(
    Object.entries(leaves).map(([name, leaf]) => [
      name,
      name === "phonenumbers" ? leaf : { ...leaf, perDay: leaf.perDay * size },
    ]),
  );
}

function drawLabels(luck: Luck, shape: Shape, startMs: number): readonly Label[] {
  const labels: Label[] = [];
  // The past had its campaigns too: they are in the days that baselines are learned from.
  for (const weeksAgo of [2, 5]) labels.push(campaign(luck, startMs - weeksAgo * 7 * DAY_MS));
  for (const week of [0, 1, 2, 3]) {
    if (luck.happens(0.5)) labels.push(campaign(luck, startMs + week * 7 * DAY_MS));
  }
  if (luck.happens(0.5)) labels.push(launch(luck, startMs));
  const holiday = dayOf(startMs) + luck.whole(0, LIVE_DAYS - 1);
  labels.push({ kind: "holiday", day: holiday, factor: shape.holiday });
  labels.push({ kind: "holiday", day: dayOf(startMs) - luck.whole(3, 40), factor: shape.holiday });
  return labels;
}

/** Hours to two days of 1.5 to 3 times the usual traffic, some time in the week. */
function campaign(luck: Luck, weekMs: number): Label {
  const fromMs = weekMs + luck.whole(0, 5) * DAY_MS + luck.whole(7, 14) * HOUR_MS;
  const isShort = luck.happens(0.7);
  const toMs = fromMs + (isShort ? luck.whole(3, 10) : luck.whole(24, 48)) * HOUR_MS;
  const factor = luck.between(1.5, isShort ? 3 : 2);
  return { kind: "campaign", lift: { fromMs, toMs, factor, leaves: null }, isAnnounced: luck.happens(0.5) };
}

/** A new market: for the rest of the month more traffic, and a quarter of it to a country that it never went to. */
function launch(luck: Luck, startMs: number): Label {
  const fromMs = startMs + luck.whole(4, 20) * DAY_MS + luck.whole(8, 12) * HOUR_MS;
  const lift = { fromMs, toMs: startMs + 2 * LIVE_DAYS * DAY_MS, factor: luck.between(1.25, 1.6), leaves: null };
  return { kind: "launch", lift, country: luck.pick(NEW_MARKETS), isAnnounced: luck.happens(0.5) };
}

function drawErrands(luck: Luck, shape: Shape, startMs: number): readonly Errand[] {
  const office = (day: number): number => startMs + day * DAY_MS + luck.whole(9 * 60, 17 * 60) * 60_000;
  const errands: Errand[] = [];
  if (luck.happens(0.6)) errands.push({ atMs: office(luck.whole(1, 27)), what: "key-created" });
  if (luck.happens(0.5)) errands.push({ atMs: office(luck.whole(1, 27)), what: "number-bought" });
  if (luck.happens(0.3)) errands.push({ atMs: office(luck.whole(1, 27)), what: "user-from-home" });
  if (shape.id !== "dormant" && luck.happens(0.5)) {
    errands.push({ atMs: office(luck.whole(1, 27)), what: "webhook-hiccup" });
  }
  return errands.sort((one, other) => one.atMs - other.atMs);
}

function destinationsAt(shape: Shape, labels: readonly Label[], atMs: number): readonly Share[] {
  const market = labels.find((label) => label.kind === "launch" && label.lift.fromMs <= atMs);
  if (market?.kind !== "launch") return shape.destinations;
  const toNew = 1 - 1 / market.lift.factor;
  return [
    ...shape.destinations.map(({ country, share }) => ({ country, share: share * (1 - toNew) })),
    { country: market.country, share: toNew },
  ];
}
