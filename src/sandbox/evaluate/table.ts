import { aligned, durationOf } from "./aligned.ts";
import { INTENSITIES } from "./attacks/contract.ts";
import { attacks } from "./attacks/index.ts";
import type { Outcome } from "./crimes.ts";
import { delayFromSignMs, type FalseFigures, type Figures } from "./figures.ts";

/** The figures as lines for people. */
export function tableOf(figures: Figures): readonly string[] {
  return [
    ...attackLines(figures.outcomes),
    "",
    "False incidents in ordinary time (campaigns, launches, holidays and errands in it), per account-month of 28 days",
    ...falseLines([...figures.falseByShape, figures.falseOverall]),
    ...figures.falseIncidents.map(
      ({ atMs, shape, threat, summary }) => `    ${dateOf(atMs)}  ${shape}  ${threat}: ${summary}`,
    ),
  ];
}

const HEAD = [
  "attack",
  "how much",
  "account",
  "found as",
  "after its start",
  "after its first signal",
  "lost before the card",
];

function attackLines(outcomes: readonly Outcome[]): readonly string[] {
  const order = (outcome: Outcome): number =>
    attacks.indexOf(outcome.kind) * INTENSITIES.length + INTENSITIES.indexOf(outcome.intensity);
  const rows = [...outcomes]
    .sort((one, other) => order(one) - order(other))
    .map((outcome) => [
      outcome.kind.id,
      outcome.intensity,
      outcome.shapeId,
      outcome.threat ?? "NOT FOUND",
      outcome.raisedMs === null ? "" : durationOf(outcome.raisedMs - outcome.startMs),
      durationOf(delayFromSignMs(outcome)),
      `${outcome.lostUsd.toFixed(2)} USD`,
    ]);
  return aligned([HEAD, ...rows]);
}

function falseLines(all: readonly FalseFigures[]): readonly string[] {
  const rows = all.map(({ of, accountMonths, incidents, perAccountMonth }) => [
    of,
    accountMonths.toFixed(1),
    String(incidents),
    perAccountMonth.toFixed(2),
  ]);
  return aligned([["account", "account-months", "incidents", "per account-month"], ...rows]);
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
