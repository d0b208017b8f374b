import type { Alert, Confidence } from "../detection/contract.ts";

const SURE: Readonly<Record<Confidence, number>> = { low: 1, medium: 2, high: 3 };
/** Each tenfold is told once: a flood that goes on for hours makes a handful of lines, not one for each signal. */
const TENFOLD = 10;
const LEAST = { usd: 10, numbers: 10 } as const;

/** How what is known has grown, where it is worth a line in the history; null when it has not. */
export function growth(known: Alert, now: Alert): "surer" | "worse" | null {
  if (rank(now.confidence) > rank(known.confidence)) return "surer";
  const isTenfold = (before: number | undefined, after: number | undefined, least: number) =>
    (after ?? 0) >= TENFOLD * Math.max(before ?? 0, least);
  return isTenfold(known.money?.lostTodayUsd, now.money?.lostTodayUsd, LEAST.usd) ||
    isTenfold(known.affectedNumbers, now.affectedNumbers, LEAST.numbers)
    ? "worse"
    : null;
}

/** What was sure once is not less so because a quieter alert came after it: it would be news a second time. */
export function surest(one: Alert, other: Alert): Pick<Alert, "confidence"> {
  const { confidence } = rank(one.confidence) >= rank(other.confidence) ? one : other;
  return confidence === undefined ? {} : { confidence };
}

/** Records of older versions say nothing. */
function rank(confidence: Confidence | undefined): number {
  return confidence === undefined ? 0 : SURE[confidence];
}
