import { burnRate } from "./burn-rate.ts";
import type { Destination, DetectionSettings, Observation } from "./contract.ts";

const DAY_MS = 86_400_000;

/** The mean of this many days before today is a usual day. */
const USUAL_DAYS = 7;

/** A row of Twilio's usage records; `UsageRow` of `command/contract.ts` fits. */
interface UsageReading {
  readonly category: string;
  readonly spendUsd: number;
  readonly usage: number;
  /** `YYYY-MM-DD`, GMT. */
  readonly startDate: string;
}

/** What was read from the API about an account under alert. Null: it could not be read, and `missing` says so in words. */
export interface Readings {
  readonly atMs: number;
  readonly category: string;
  readonly usageToday: readonly UsageReading[] | null;
  /** Daily rows; those of other days than the seven before today are ignored. */
  readonly usageOfDays: readonly UsageReading[] | null;
  /** `live` null: there is no such thing, as with messages. */
  readonly traffic: {
    readonly byCountry: ReadonlyMap<string, number>;
    readonly live: number | null;
    readonly isCut?: boolean;
  } | null;
  /** What `traffic` counts. Default: calls. */
  readonly medium?: "calls" | "messages";
  /** Earlier observations of the same incident, in any order. */
  readonly previous: readonly Observation[];
  readonly missing: readonly string[];
}

/** The days that `usageOfDays` should cover, as Twilio's `StartDate` and `EndDate` (GMT, both included). */
export function usualDays(nowMs: number): { readonly startDate: string; readonly endDate: string } {
  return { startDate: dateOf(nowMs - USUAL_DAYS * DAY_MS), endDate: dateOf(nowMs - DAY_MS) };
}

/** Puts readings together: what they say about money, speed and places. */
export function toObservation(readings: Readings, settings: Pick<DetectionSettings, "allowedCountries">): Observation {
  const { atMs, category, traffic, previous, missing } = readings;
  const today = (readings.usageToday ?? []).filter((row) => row.category === category);
  const spendTodayUsd = today.length === 0 ? null : sum(today.map((row) => row.spendUsd));
  const comparable = previous.filter((observation) => observation.category === category && observation.atMs < atMs);
  // Without a reading of now the rate would be that of some time ago.
  const burn = spendTodayUsd === null ? null : burnRate([...comparable, { atMs, spendTodayUsd }]);
  return {
    atMs,
    category,
    spendTodayUsd,
    usualDayUsd: usualDayUsd(readings),
    unitsToday: today.length === 0 ? null : sum(today.map((row) => row.usage)),
    burnPerHourUsd: burn?.perHourUsd ?? null,
    ...(burn?.isAtLeast === true ? { burnIsAtLeast: true } : {}),
    liveCalls: traffic?.live ?? null,
    ...(readings.medium === "messages" ? { medium: readings.medium } : {}),
    destinations: traffic === null ? [] : destinationsOf(traffic.byCountry, settings.allowedCountries),
    ...(traffic?.isCut === true ? { trafficIsCut: true } : {}),
    missing,
  };
}

/** Usage data lags behind triggers: a reading that shows this share of what was reported agrees with it. */
const AGREES_FROM = 0.5;

/** Whether a reading bears out what was reported: the money is there, or traffic goes where it should not. */
export function bearsOut(observation: Observation, reportedTodayUsd: number | null): boolean {
  if (observation.destinations.some((destination) => !destination.isAllowed)) return true;
  const { spendTodayUsd, unitsToday } = observation;
  if (reportedTodayUsd !== null) return spendTodayUsd !== null && spendTodayUsd >= reportedTodayUsd * AGREES_FROM;
  return (spendTodayUsd ?? 0) > 0 || (unitsToday ?? 0) > 0 || observation.destinations.length > 0;
}

/** Outside the allowed countries first, most calls first. */
export function destinationsOf(
  byCountry: ReadonlyMap<string, number>,
  allowedCountries: readonly string[],
): readonly Destination[] {
  const allowed = new Set(allowedCountries.map((country) => country.toUpperCase()));
  return [...byCountry]
    .filter(([, calls]) => calls > 0)
    .map(([country, calls]) => ({ country, calls, isAllowed: allowed.has(country.toUpperCase()) }))
    .sort(
      (one, other) =>
        Number(one.isAllowed) - Number(other.isAllowed) ||
        other.calls - one.calls ||
        (one.country < other.country ? -1 : 1),
    );
}

/** A day without a row was a day without usage; no row at all says nothing. */
function usualDayUsd({ atMs, category, usageOfDays }: Readings): number | null {
  const { startDate, endDate } = usualDays(atMs);
  const rows = (usageOfDays ?? []).filter(
    (row) => row.category === category && row.startDate >= startDate && row.startDate <= endDate,
  );
  return rows.length === 0 ? null : sum(rows.map((row) => row.spendUsd)) / USUAL_DAYS;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function dateOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
