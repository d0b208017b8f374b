/** Pictures in answers about usage. Beside the figures they are worth having, and never worth waiting or failing for. */
import type { AccountBaseline } from "../detection/baseline/contract.ts";
import { isFault } from "../lib/fault.ts";
import type { Chart } from "../notice/chart.ts";
import { daysChart, MOST_DAYS } from "../notice/chart-days.ts";
import { hoursChart } from "../notice/chart-hours.ts";
import type { CommandContext, UsageRow } from "./contract.ts";
import { dateOf } from "./dates.ts";
import type { UsageRequest } from "./parse-usage.ts";
import { TOTAL } from "./usage-categories.ts";
import { DAYS_BEFORE, type Scope } from "./usage-reading.ts";

const HOUR_MS = 3_600_000;

/** By the hour where it is known what an ordinary day's hours are, else the days before. `before`: null when they could not be read. */
export async function todayChart(
  { category }: UsageRequest,
  scope: Scope,
  { today, before }: { readonly today: readonly UsageRow[]; readonly before: readonly UsageRow[] | null },
  context: CommandContext,
): Promise<Chart | null> {
  const shown = category ?? TOTAL;
  const now = today.filter((row) => row.category === shown);
  const { nowMs } = context;
  const baseline = await baselineOf(scope, context);
  if (baseline !== null && now.length > 0) {
    const readings = [...(await hoursToday(shown, scope, context)), { atMs: nowMs, spendUsd: sumOf(now) }];
    const byHour = hoursChart({ category: shown, readings, baseline, nowMs });
    if (byHour !== null) return byHour;
  }
  return before === null ? null : daysOf(shown, [...before, ...now], DAYS_BEFORE + 1, baseline, nowMs);
}

/** One column a day; null for months and years, and for one day alone. */
export async function seriesChart(
  { category, period, spans }: UsageRequest,
  scope: Scope,
  rows: readonly UsageRow[],
  context: CommandContext,
): Promise<Chart | null> {
  if (period !== "daily" || spans === null || spans < 2) return null;
  const baseline = await baselineOf(scope, context);
  return daysOf(category ?? TOTAL, rows, Math.min(MOST_DAYS, spans), baseline, context.nowMs);
}

function daysOf(
  category: string,
  rows: readonly UsageRow[],
  days: number,
  baseline: AccountBaseline | null,
  nowMs: number,
): Chart | null {
  const given = rows.map(({ startDate, spendUsd, count }) => ({ day: startDate, spendUsd, count }));
  return daysChart({ category, rows: given, days, baseline, changes: [], readAtMs: nowMs, nowMs });
}

/** What is ordinary is known of single accounts. */
async function baselineOf(scope: Scope, { history }: CommandContext): Promise<AccountBaseline | null> {
  return scope.includeSubaccounts ? null : orNothing(history.load(scope.accountSid), null);
}

/** What our own readings had come to at the end of each hour of today. */
async function hoursToday(category: string, { accountSid }: Scope, { history, nowMs }: CommandContext) {
  const midnightMs = Date.parse(`${dateOf(nowMs)}T00:00:00Z`);
  const hours = await orNothing(history.hoursSince(accountSid, midnightMs / HOUR_MS), []);
  let spendUsd = 0;
  return hours
    .filter((row) => row.category === category)
    .toSorted((one, other) => one.hour - other.hour)
    .map((row) => {
      spendUsd += row.spendUsd;
      return { atMs: Math.min(nowMs, (row.hour + 1) * HOUR_MS), spendUsd };
    });
}

async function orNothing<Answer>(work: Promise<Answer>, nothing: Answer): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    if (isFault(error)) return nothing;
    throw error;
  }
}

function sumOf(rows: readonly UsageRow[]): number {
  return rows.reduce((sum, { spendUsd }) => sum + spendUsd, 0);
}
