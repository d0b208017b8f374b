import type { UsageRow } from "./contract.ts";
import { TOTAL } from "./usage-categories.ts";

export interface Ranking {
  readonly totalUsd: number;
  /** Most spend first; nothing counted twice. */
  readonly top: readonly UsageRow[];
  readonly othersCount: number;
  /** Total less what `top` shows; never negative. */
  readonly othersUsd: number;
}

/** Rounding of prices: a sum is allowed to miss its parts by this share. */
const TOLERANCE = 0.99;
const NOTHING_USD = 0.005;

/** The categories that the money went to. `totalprice` is the total, since parts may not add up to it. */
export function rankCategories(rows: readonly UsageRow[], most: number): Ranking {
  const spent = rows.filter((row) => row.category !== TOTAL && row.spendUsd >= NOTHING_USD);
  const counted = withoutDoubles(spent).toSorted((one, other) => other.spendUsd - one.spendUsd);
  const totalUsd = rows.find((row) => row.category === TOTAL)?.spendUsd ?? sumUsd(counted);
  const top = counted.slice(0, most);
  return {
    totalUsd,
    top,
    othersCount: counted.length - top.length,
    othersUsd: Math.max(0, totalUsd - sumUsd(top)),
  };
}

export function sumUsd(rows: readonly UsageRow[]): number {
  return rows.reduce((sum, row) => sum + row.spendUsd, 0);
}

/**
 * Twilio lists sums beside their parts: `calls` and `calls-outbound`. A sum whose parts explain it is left out; one whose parts do
 * not is shown instead of them. Only names tell what is part of what, and not always (`calls` does not count `calls-sip`).
 */
function withoutDoubles(rows: readonly UsageRow[]): readonly UsageRow[] {
  const left = new Set(rows);
  const shortestFirst = rows.toSorted((one, other) => one.category.length - other.category.length);
  for (const row of shortestFirst) {
    if (!left.has(row)) continue;
    const within = rows.filter((part) => left.has(part) && part.category.startsWith(`${row.category}-`));
    if (within.length === 0) continue;
    const leaves = within.filter((part) => !within.some((other) => other.category.startsWith(`${part.category}-`)));
    if (sumUsd(leaves) >= row.spendUsd * TOLERANCE) left.delete(row);
    else for (const part of within) left.delete(part);
  }
  return rows.filter((row) => left.has(row));
}
