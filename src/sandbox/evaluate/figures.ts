import type { Intensity } from "./attacks/contract.ts";
import type { Outcome } from "./crimes.ts";
import type { SeedResult } from "./play-seed.ts";

/** What is aimed at. */
const REACH = { floodWithinMs: 60_000, falseIncidentsPerAccountMonth: 1 } as const;

/** Above twice the ordinary traffic: each of them has to be found. */
const MUST_BE_FOUND: ReadonlySet<Intensity> = new Set(["flood", "heavy", "strong", "double", "once"]);

const DAYS_PER_MONTH = 28;

export interface FalseFigures {
  readonly of: string;
  readonly accountMonths: number;
  readonly incidents: number;
  readonly perAccountMonth: number;
}

export interface Figures {
  readonly outcomes: readonly Outcome[];
  readonly falseOverall: FalseFigures;
  readonly falseByShape: readonly FalseFigures[];
  readonly falseIncidents: readonly {
    readonly shape: string;
    readonly atMs: number;
    readonly threat: string;
    readonly summary: string;
  }[];
  /** What falls short of the reach, one sentence each; empty: it is met. */
  readonly shortcomings: readonly string[];
}

export function figuresOf(results: readonly SeedResult[]): Figures {
  const outcomes = results.flatMap((result) => result.outcomes);
  const shapes = [...new Set(results.flatMap(({ histories }) => histories.map(({ shape }) => shape.id)))];
  const count = (of: string, isMeant: (shape: string) => boolean): FalseFigures => {
    let days = 0;
    let incidents = 0;
    for (const result of results) {
      days += result.days * result.histories.filter(({ shape }) => isMeant(shape.id)).length;
      incidents += result.raised.filter(({ history }) => isMeant(history.shape.id)).length;
    }
    const accountMonths = days / DAYS_PER_MONTH;
    return { of, accountMonths, incidents, perAccountMonth: accountMonths === 0 ? 0 : incidents / accountMonths };
  };
  const falseOverall = count("all accounts", () => true);
  return {
    outcomes,
    falseOverall,
    falseByShape: shapes.map((id) => count(id, (shape) => shape === id)),
    falseIncidents: results.flatMap(({ raised }) =>
      raised.map(({ history, raised: { atMs, threat, summary } }) => ({
        shape: history.shape.id,
        atMs,
        threat,
        summary,
      })),
    ),
    shortcomings: [...outcomes.flatMap(shortcomingOf), ...falseShortcoming(falseOverall)],
  };
}

/** From the first signal that tells of it to the incident. */
export function delayFromSignMs({ firstSignMs, raisedMs }: Outcome): number | null {
  if (raisedMs === null) return null;
  // A rule may understand what no sign was expected of.
  return firstSignMs === null ? 0 : Math.max(0, raisedMs - firstSignMs);
}

function shortcomingOf(outcome: Outcome): readonly string[] {
  const { kind, intensity, shapeId, counted } = outcome;
  const name = `${kind.id} (${intensity}) on ${shapeId}`;
  const delayMs = delayFromSignMs(outcome);
  const short: string[] = [];
  if (delayMs === null) {
    if (MUST_BE_FOUND.has(intensity)) short.push(`${name} was not detected`);
  } else if (intensity === "flood" && delayMs > REACH.floodWithinMs) {
    short.push(`${name} was raised ${Math.round(delayMs / 1_000)} s after its first signal`);
  }
  if (counted.kept > counted.happened)
    short.push(`${name}: ${counted.kept} errors are counted, ${counted.happened} happened`);
  return short;
}

/** A single one says nothing about a rate when less than a month was played. */
function falseShortcoming({ incidents, accountMonths, perAccountMonth }: FalseFigures): readonly string[] {
  return incidents > Math.max(1, accountMonths * REACH.falseIncidentsPerAccountMonth)
    ? [`${perAccountMonth.toFixed(2)} false incidents per account-month`]
    : [];
}
