import { delayFromSignMs, type Figures } from "./figures.ts";

/** The figures for programs. */
export function jsonOf(
  figures: Figures,
  played: { readonly seed: number; readonly seeds: number },
): Readonly<Record<string, unknown>> {
  const { outcomes, falseOverall, falseByShape, falseIncidents, shortcomings } = figures;
  return {
    ...played,
    attacks: outcomes.map((outcome) => ({
      attack: outcome.kind.id,
      intensity: outcome.intensity,
      account: outcome.shapeId,
      detected: outcome.raisedMs !== null,
      threat: outcome.threat,
      secondsAfterStart: secondsOf(outcome.raisedMs === null ? null : outcome.raisedMs - outcome.startMs),
      secondsAfterFirstSignal: secondsOf(delayFromSignMs(outcome)),
      lostUsd: Number(outcome.lostUsd.toFixed(2)),
      otherIncidents: outcome.asides,
      errorsCounted: outcome.counted.kept,
      errorsHappened: outcome.counted.happened,
    })),
    falseIncidents: { overall: falseOverall, byShape: falseByShape, all: falseIncidents },
    shortcomings,
    isReachMet: shortcomings.length === 0,
  };
}

function secondsOf(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 1_000);
}
