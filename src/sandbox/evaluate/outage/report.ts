import { caughtUpOf } from "./media.ts";
import type { Outcome } from "./play.ts";
import { outageLines, sumLines } from "./table.ts";

/** All of it, for people. */
export function outageReport(
  outcomes: readonly Outcome[],
  seeds: string,
  shortcomings: readonly string[],
  seconds: string,
): readonly string[] {
  return [
    `Attacks during which Tollgate was away for an hour, ${seeds}. Simulated time; stand-in of Twilio.`,
    "Away: neither webhooks nor workers. Event Streams repeats its posts within 45 min of the return, some twice; all other webhooks are lost.",
    "long: as long as its intensity has it. brief: it ends after 40 min, and what is shorter than the outage is missed from its first quarter on.",
    "unseen: the same, missed from its first act on, as single acts are. nothing: no attack, an ordinary hour is missed.",
    "Of the missed hour: what is counted, at least, of what there was. Of errors older than half an hour only the worst five minutes of each",
    "code are read; Event Streams tells the others, but not those about itself (91304: a post that nobody took).",
    "",
    ...outageLines(outcomes),
    "",
    "What detection counted from the beginning of each attack until an hour after the return, and what there was",
    ...sumLines(outcomes),
    "",
    ...(shortcomings.length === 0
      ? [`Every attack was found, and nothing was counted twice. (${seconds})`]
      : ["What falls short:", ...shortcomings.map((one) => `  - ${one}`), `(${seconds})`]),
  ];
}

/** The same for programs. */
export function outageJson(
  outcomes: readonly Outcome[],
  played: { readonly seed: number; readonly seeds: number },
  shortcomings: readonly string[],
): Readonly<Record<string, unknown>> {
  return {
    ...played,
    attacks: outcomes.map(({ kind, intensity, extent, shapeId, startMs, outage, raised, newsMs, asides, counts }) => ({
      attack: kind.id,
      intensity,
      extent,
      account: shapeId,
      awayFromMinute: (outage.fromMs - startMs) / 60_000,
      awayToMinute: (outage.toMs - startMs) / 60_000,
      threat: raised?.threat ?? null,
      raisedAtMinute: raised === null ? null : (raised.atMs - startMs) / 60_000,
      newsAtMinute: newsMs === null ? null : (newsMs - startMs) / 60_000,
      otherIncidents: asides,
      ofMissedHour: caughtUpOf(counts),
      counts,
    })),
    shortcomings,
    isReachMet: shortcomings.length === 0,
  };
}
