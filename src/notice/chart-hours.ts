import type { AccountBaseline } from "../detection/baseline/contract.ts";
import { band, expected, ordinaryDay } from "../detection/baseline/expected.ts";
import { meaningOf } from "../detection/usage-categories.ts";
import { asOfWords, type Chart, type HoursSpec } from "./chart.ts";
import { money } from "./words.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface HoursGiven {
  readonly category: string;
  /** What the account had spent of it on this GMT day up to a moment, in any order; those of other days are left out. */
  readonly readings: readonly { readonly atMs: number; readonly spendUsd: number }[];
  readonly baseline: AccountBaseline | null;
  readonly nowMs: number;
}

/** Today against an ordinary day. Null when nothing was read today, or when nothing says what is ordinary by the hour. */
export function hoursChart({ category, readings, baseline, nowMs }: HoursGiven): Chart | null {
  const midnightMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const today = risingOf(readings.filter(({ atMs }) => atMs >= midnightMs && atMs <= nowMs));
  const known = baseline?.categories[category];
  const newest = today.at(-1);
  if (newest === undefined || baseline === null || known === undefined || known.byHour === null) return null;
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const wholeDayUsd = ordinaryDay(baseline, category, day).spendUsd;
  const straysUsd = band(baseline, category, day).high.spendUsd - wholeDayUsd;
  const spec: HoursSpec = {
    kind: "hours",
    title: `${meaningOf(category).spend} today`,
    asOf: asOfWords(newest.atMs),
    today: [
      { hour: 0, usd: 0 },
      ...today.map(({ atMs, spendUsd }) => ({ hour: hourOf(atMs - midnightMs), usd: spendUsd })),
    ],
    usual: [0, ...known.byHour].map((share) => cents(share * wholeDayUsd)),
    spread: wholeDayUsd === 0 ? 0 : Math.round((straysUsd / wholeDayUsd) * 1000) / 1000,
  };
  const byNowUsd = expected(baseline, category, newest.atMs)?.soFar.spendUsd ?? 0;
  const spent = `${meaningOf(category).spend} was ${money(newest.spendUsd)} by ${spec.asOf}`;
  return { spec, finding: `${spent}; ${byThenWords(newest.spendUsd, byNowUsd)}.` };
}

function byThenWords(spentUsd: number, ordinaryUsd: number): string {
  if (ordinaryUsd < 0.005) return "on an ordinary day nothing is spent by then";
  const ratio = spentUsd / ordinaryUsd;
  const ordinary = `an ordinary day has come to ${money(ordinaryUsd)} by then`;
  return ratio < 1.15
    ? ordinary
    : `${ordinary}, so this is ${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)} times as much`;
}

/** In order of time, and never less than before: Twilio corrects prices now and then. */
function risingOf(readings: HoursGiven["readings"]): HoursGiven["readings"] {
  const rising: { readonly atMs: number; readonly spendUsd: number }[] = [];
  let most = 0;
  for (const { atMs, spendUsd } of readings.toSorted((one, other) => one.atMs - other.atMs)) {
    most = Math.max(most, cents(spendUsd));
    rising.push({ atMs, spendUsd: most });
  }
  return rising;
}

/** To the minute. */
function hourOf(sinceMidnightMs: number): number {
  return Math.round((sinceMidnightMs / HOUR_MS) * 60) / 60;
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
