/** What there is to see about an incident, from what was read and stored: nothing here asks Twilio. */
import type { Observation } from "../detection/contract.ts";
import { TOTAL } from "../detection/usage-categories.ts";
import type { LiveIncident } from "../incident/contract.ts";
import type { Chart } from "../notice/chart.ts";
import { destinationsChart, errorsChart } from "../notice/chart-bars.ts";
import { changesIn } from "../notice/chart-changes.ts";
import { daysChart } from "../notice/chart-days.ts";
import { hoursChart } from "../notice/chart-hours.ts";
import { trafficNoun } from "../notice/words.ts";
import type { BaselineStore } from "./baseline-store.ts";
import type { ObservationStore, SignalStore } from "./ports.ts";

export interface ChartSources {
  readonly baselines: Pick<BaselineStore, "load" | "daysSince" | "hoursSince">;
  readonly observations: ObservationStore;
  readonly signals: Pick<SignalStore, "bucketsSince">;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS_SHOWN = 14;
const READINGS = 60;
const MOST_IN_DETAILS = 3;

/** The one that its card shows, and those for the evidence in its thread. */
export async function incidentCharts(
  incident: LiveIncident,
  { baselines, observations, signals }: ChartSources,
  nowMs: number,
): Promise<{ readonly card: Chart | null; readonly others: readonly Chart[] }> {
  const { accountSid, category } = incident.alert;
  const midnightMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const firstDayMs = midnightMs - (DAYS_SHOWN - 1) * DAY_MS;
  const shown = category ?? TOTAL;
  const [baseline, days, hours, readings, buckets] = await Promise.all([
    baselines.load(accountSid),
    baselines.daysSince(accountSid, dateOf(firstDayMs)),
    baselines.hoursSince(accountSid, midnightMs / (60 * MINUTE_MS)),
    observations.newest(incident.id, READINGS),
    signals.bucketsSince(accountSid, midnightMs, firstDayMs),
  ]);
  const spent = spentToday(shown, hours, readings, buckets, midnightMs);
  const newest = spent.toSorted((one, other) => other.spendUsd - one.spendUsd)[0];
  const before = days.filter((row) => row.category === shown && row.day < dateOf(nowMs));
  const today = newest === undefined ? [] : [{ day: dateOf(nowMs), spendUsd: newest.spendUsd, count: newest.count }];
  const changes = changesIn(buckets);
  const byDay = daysChart({
    category: shown,
    rows: [...before, ...today],
    days: DAYS_SHOWN,
    baseline,
    changes,
    readAtMs: spent.length === 0 ? null : Math.min(nowMs, Math.max(...spent.map(({ atMs }) => atMs))),
    nowMs,
  });
  const byHour = hoursChart({ category: shown, readings: spent, baseline, nowMs });
  const [reading] = readings;
  const places =
    reading === undefined ? null : destinationsChart(reading.destinations, trafficNoun(reading), reading.atMs);
  const errors = errorsChart(
    buckets.filter(({ lastAtMs }) => lastAtMs >= incident.alert.firstSignalAtMs),
    nowMs,
  );
  const isStrange = reading?.destinations.some(({ isAllowed }) => !isAllowed) === true;
  // What speaks for itself comes first: places that nobody allowed, then money against an ordinary day.
  const inOrder =
    category === null
      ? [errors, ...(changes.length === 0 ? [] : [byDay])]
      : isStrange
        ? [places, byHour, byDay, errors]
        : [byHour, byDay, places, errors];
  const [card = null, ...others] = inOrder.filter((chart) => chart !== null);
  return { card, others: others.slice(0, MOST_IN_DETAILS) };
}

interface Spent {
  readonly atMs: number;
  readonly spendUsd: number;
  readonly count: number;
}

/** All that is known of today's money of one category: added up by the hour, read by polls, and read for this incident. */
function spentToday(
  category: string,
  hours: Awaited<ReturnType<BaselineStore["hoursSince"]>>,
  observed: readonly Observation[],
  buckets: Awaited<ReturnType<SignalStore["bucketsSince"]>>,
  midnightMs: number,
): readonly Spent[] {
  let usd = 0;
  let count = 0;
  const byHour = hours
    .filter((row) => row.category === category)
    .toSorted((one, other) => one.hour - other.hour)
    .map((row): Spent => {
      usd += row.spendUsd;
      count += row.count;
      return { atMs: (row.hour + 1) * 60 * MINUTE_MS, spendUsd: usd, count };
    });
  const polled = buckets.flatMap(({ last }): readonly Spent[] =>
    last.kind === "usage-reading" && last.category === category && last.day === dateOf(midnightMs)
      ? [{ atMs: last.atMs, spendUsd: last.spendUsd, count: last.count }]
      : [],
  );
  const read = observed.flatMap((reading): readonly Spent[] =>
    reading.category === category && reading.spendTodayUsd !== null && reading.atMs >= midnightMs
      ? [{ atMs: reading.atMs, spendUsd: reading.spendTodayUsd, count: 0 }]
      : [],
  );
  return [...byHour, ...polled, ...read];
}

function dateOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
