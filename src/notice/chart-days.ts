import type { AccountBaseline } from "../detection/baseline/contract.ts";
import { band, ordinaryDay } from "../detection/baseline/expected.ts";
import { meaningOf, TOTAL } from "../detection/usage-categories.ts";
import { asOfWords, type Chart, type DaysSpec } from "./chart.ts";
import type { ChartChange } from "./chart-changes.ts";
import { againstUsual, money, sentence } from "./words.ts";

const DAY_MS = 86_400_000;
/** What a picture can show on a phone. */
export const MOST_DAYS = 31;
/** The simple mode: so much around the mean of so many days. */
const MEAN_OF_DAYS = 7;
const MEAN_STRAYS = 0.2;

export interface DaysGiven {
  readonly category: string;
  /** Of this category, in any order; a day that is missing was one without usage. */
  readonly rows: readonly { readonly day: string; readonly spendUsd: number; readonly count: number }[];
  /** How many, today included. */
  readonly days: number;
  /** Null: not known, or of another scope; then the mean of the days before today stands for it. */
  readonly baseline: AccountBaseline | null;
  readonly changes: readonly ChartChange[];
  /** When today's was read. Null: nothing was yet, and nothing is not 0. */
  readonly readAtMs: number | null;
  readonly nowMs: number;
}

/** Spend and numbers a day. Null when nothing was used in that time. */
export function daysChart(given: DaysGiven): Chart | null {
  const { category, rows, nowMs } = given;
  const count = Math.min(MOST_DAYS, Math.max(1, given.days));
  const days = Array.from({ length: count }, (_, index) => {
    const day = dateOf(nowMs - (count - 1 - index) * DAY_MS);
    const own = rows.filter((row) => row.day === day);
    return {
      day,
      usd: cents(own.reduce((sum, { spendUsd }) => sum + spendUsd, 0)),
      count: Math.round(own.reduce((sum, row) => sum + row.count, 0)),
    };
  });
  if (days.every(({ usd, count: number }) => usd === 0 && number === 0)) return null;
  const meaning = meaningOf(category);
  const changes = given.changes
    .map(({ atMs, text }) => ({ day: dateOf(atMs), text }))
    .filter(({ day }) => days.some((each) => each.day === day));
  const spec: DaysSpec = {
    kind: "days",
    title: `${meaning.spend}, last ${count === 1 ? "day" : `${count} days`}`,
    asOf: asOfWords(given.readAtMs ?? nowMs),
    days,
    // What all categories together count is no number of anything.
    counted: category === TOTAL ? null : meaning.count,
    isRunning: given.readAtMs !== null,
    usual: usualOf(given, days),
    changes,
  };
  return { spec, finding: findingOf(given, spec) };
}

function usualOf({ baseline, category }: DaysGiven, days: DaysSpec["days"]): DaysSpec["usual"] {
  if (baseline !== null && category in baseline.categories) {
    return days.map(({ day }) => {
      const { low, high } = band(baseline, category, day);
      return { low: cents(low.spendUsd), high: cents(high.spendUsd) };
    });
  }
  const mean = meanOf(days);
  if (mean === null) return null;
  return days.map(() => ({ low: cents(mean * (1 - MEAN_STRAYS)), high: cents(mean * (1 + MEAN_STRAYS)) }));
}

/** Of the days before today; null when they are too few. */
function meanOf(days: DaysSpec["days"]): number | null {
  const before = days.slice(0, -1).slice(-MEAN_OF_DAYS);
  return before.length < MEAN_OF_DAYS ? null : before.reduce((sum, { usd }) => sum + usd, 0) / MEAN_OF_DAYS;
}

function findingOf({ category, readAtMs, baseline }: DaysGiven, { asOf, days, changes }: DaysSpec): string {
  const today = days.at(-1) ?? { day: "", usd: 0 };
  // Facts beside it speak of the mean of the last seven days: what is known of this day of the week is another sum.
  const isKnown = baseline !== null && category in baseline.categories;
  const ordinary = isKnown ? ordinaryDay(baseline, category, today.day).spendUsd : meanOf(days);
  const day = isKnown ? weekday(today.day) : "day";
  const most = Math.max(...days.map(({ usd }) => usd));
  const isMost = days.length > 1 && today.usd > 0 && today.usd === most;
  const against = ordinary === null ? "" : `, ${againstUsual(today.usd, ordinary, day)} (${money(ordinary)})`;
  const rank = isMost ? `, the most of ${days.length} days` : "";
  const last = changes.at(-1);
  const changed = last === undefined ? "" : ` On ${dayWords(last.day)} ${sentence(last.text)}`;
  if (readAtMs === null) {
    const usually = ordinary === null ? "" : `, on a usual ${day} it is ${money(ordinary)}`;
    return `${meaningOf(category).spend} today is not read yet${usually}.${changed} As of ${asOf}.`;
  }
  return `${meaningOf(category).spend} today is ${money(today.usd)} so far${against}${rank}.${changed} As of ${asOf}.`;
}

/** `2026-11-21` -> `Saturday`. */
function weekday(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { weekday: "long", timeZone: "UTC" });
}

/** `2026-11-22` -> `22 Nov`. */
function dayWords(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

function dateOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** So that equal money makes equal pictures. */
function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
