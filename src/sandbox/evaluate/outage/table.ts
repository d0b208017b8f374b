import { aligned, durationOf } from "../aligned.ts";
import type { Count } from "./counts.ts";
import { caughtUpOf } from "./media.ts";
import { nothing } from "./nothing.ts";
import type { Outcome } from "./play.ts";

const HEAD = [
  "attack",
  "how much",
  "account",
  "away",
  "found",
  "of the missed hour",
  "counted twice",
  "other incidents",
];

/** The outcomes as lines for people. */
export function outageLines(outcomes: readonly Outcome[]): readonly string[] {
  const rows = outcomes.map((outcome) => [
    outcome.kind.id,
    outcome.kind === nothing ? "" : `${outcome.intensity}, ${outcome.extent}`,
    outcome.shapeId,
    awayOf(outcome),
    foundOf(outcome),
    caughtUpOf(outcome.counts)
      .map(({ what, missed, caughtUp }) => `${what} ${caughtUp}/${missed}`)
      .join(", "),
    twiceOf(outcome.counts),
    outcome.asides.join(", "),
  ]);
  return aligned([HEAD, ...rows]);
}

/** What of each kind was counted, and what there was, all attacks together. */
export function sumLines(outcomes: readonly Outcome[]): readonly string[] {
  const names = [...new Set(outcomes.flatMap(({ counts }) => counts.map(({ what }) => what)))];
  const rows = names.map((name) => {
    const own = outcomes.flatMap(({ counts }) => counts.filter(({ what }) => what === name));
    const sum = (of: (count: Count) => number): string =>
      String(Math.round(own.reduce((all, one) => all + of(one), 0)));
    return [name, sum(({ counted }) => counted), sum(({ happened }) => happened), twiceOf(own)];
  });
  return aligned([["what", "counted", "happened", "counted twice"], ...rows]);
}

function awayOf({ startMs, outage: { fromMs, toMs, covers } }: Outcome): string {
  const [from, to] = [fromMs, toMs].map((ms) => durationOf(Math.max(0, ms - startMs)));
  return `${{ middle: "its middle", most: "most of it", all: "all of it" }[covers]}: ${from} to ${to}`;
}

function foundOf({ kind, raised, newsMs, startMs, outage }: Outcome): string {
  if (kind === nothing) return "nothing to be found";
  if (raised === null) return "NOT FOUND";
  if (raised.atMs >= outage.toMs) {
    return `by catch-up after ${durationOf(raised.atMs - outage.toMs)}: ${raised.threat}`;
  }
  const news = newsMs === null ? "NO NEWS after" : `news after ${durationOf(newsMs - outage.toMs)}`;
  return `before (${durationOf(raised.atMs - startMs)}): ${raised.threat}; ${news}`;
}

function twiceOf(counts: readonly Count[]): string {
  const twice = counts.filter(({ tooOften }) => tooOften.length > 0);
  if (twice.length === 0) return "no";
  return `YES: ${twice.map(({ what }) => what).join(", ")}`;
}

function isMissed({ kind, raised }: Outcome): boolean {
  return kind !== nothing && raised === null;
}

/** What falls short, one sentence each. */
export function outageShortcomings(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap((outcome) => {
    const { kind, intensity, shapeId, extent, raised, newsMs, outage, counts } = outcome;
    const name = `${kind.id} (${intensity}, ${extent}) on ${shapeId}`;
    const wasBefore = raised !== null && raised.atMs < outage.toMs;
    return [
      ...(isMissed(outcome) ? [`${name} was not found`] : []),
      ...(wasBefore && newsMs === null ? [`${name}: nothing new was said after the outage`] : []),
      ...counts
        .filter(({ tooOften }) => tooOften.length > 0)
        .map(
          ({ what, counted, happened, tooOften }) =>
            `${name}: ${what}: ${counted} are counted, ${happened} happened (${tooOften.slice(0, 3).join(", ")})`,
        ),
    ];
  });
}
