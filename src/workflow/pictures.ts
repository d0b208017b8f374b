import { setTimeout as sleep } from "node:timers/promises";
import type { PlatformName } from "../audit/envelope.ts";
import type { Observation } from "../detection/contract.ts";
import { TOTAL } from "../detection/usage-categories.ts";
import type { LiveIncident } from "../incident/contract.ts";
import type { Clock } from "../lib/clock.ts";
import { type Chart, chartElement, pictureDigest } from "../notice/chart.ts";
import { destinationsChart, errorsChart } from "../notice/chart-bars.ts";
import { changesIn } from "../notice/chart-changes.ts";
import { daysChart } from "../notice/chart-days.ts";
import { hoursChart } from "../notice/chart-hours.ts";
import { detailsSubject, incidentSubject } from "../notice/subjects.ts";
import { trafficNoun } from "../notice/words.ts";
import type { BaselineStore } from "./baseline-store.ts";
import type { PictureStore, ShownChart } from "./picture-store.ts";
import { ALL_PLATFORMS, isTakenByAny } from "./pictured.ts";
import type { FollowUp, ObservationStore, SignalStore } from "./ports.ts";
import { atOnce } from "./wishes.ts";

interface Parts {
  readonly pictures: PictureStore;
  readonly baselines: Pick<BaselineStore, "load" | "daysSince" | "hoursSince">;
  readonly observations: ObservationStore;
  readonly signals: Pick<SignalStore, "bucketsSince">;
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly clock: Clock;
}

export interface Pictures {
  /** Makes the charts of an incident's messages anew, once they are old enough. For who reads about it anyway; a card waits for none of this. */
  renew(incident: LiveIncident): Promise<void>;
  /** They are drawn in their own time. */
  want(charts: readonly Chart[]): Promise<void>;
  areTaken(charts: readonly Chart[], platform: PlatformName): Promise<boolean>;
  /** Waits for that, some seconds at most. */
  whenTaken(charts: readonly Chart[], platform: PlatformName): Promise<boolean>;
}

const NOTHING: ShownChart = { kind: "chart", finding: "", picture: null };
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DAYS_SHOWN = 14;
const READINGS = 60;
const MOST_IN_DETAILS = 3;
/** Drawn and uploaded within two seconds as a rule; after fifteen nobody looks at the answer any more. */
const LOOK_EVERY_MS = 300;
const MOST_LOOKS = 50;

export function createPictures({ pictures, baselines, observations, signals, wish, clock }: Parts): Pictures {
  async function keep(charts: readonly Chart[]): Promise<void> {
    for (const { spec } of charts) await pictures.want(pictureDigest(spec), spec, clock.now());
  }

  /** What people see there stays until the new pictures are taken: a renewal is one edit, not one without a picture and another one with it. */
  async function show(subject: string, charts: readonly Chart[], atMs: number): Promise<void> {
    const shown = (await pictures.shownBy(subject))?.charts ?? [];
    const elements = charts.map(async (chart, index): Promise<ShownChart> => {
      const element = chartElement(chart);
      const { before: older, ...newest } = shown[index] ?? NOTHING;
      const before = (await isTakenByAny(newest, ALL_PLATFORMS, pictures)) ? newest : older;
      return before === undefined || before.picture === element.picture ? element : { ...element, before };
    });
    await pictures.show(subject, await Promise.all(elements), atMs);
  }

  /** Also what was drawn before: messages that name it since are edited then. */
  const draw = (charts: readonly Chart[]) => wish(charts.map(({ spec }) => atOnce("draw", pictureDigest(spec))));

  async function areTaken(charts: readonly Chart[], platform: PlatformName): Promise<boolean> {
    for (const { spec } of charts) {
      if ((await pictures.reference(pictureDigest(spec), platform)) === null) return false;
    }
    return true;
  }

  async function chartsOf(incident: LiveIncident): Promise<{ readonly card: Chart | null; readonly others: Chart[] }> {
    const nowMs = clock.now();
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
      isTodayRead: newest !== undefined,
      nowMs,
    });
    const byHour = hoursChart({ category: shown, readings: spent, baseline, nowMs });
    const [reading] = readings;
    const places = reading === undefined ? null : destinationsChart(reading.destinations, trafficNoun(reading));
    const errors = errorsChart(buckets.filter(({ lastAtMs }) => lastAtMs >= incident.alert.firstSignalAtMs));
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

  return {
    async want(charts) {
      await keep(charts);
      await draw(charts);
    },

    areTaken,

    async whenTaken(charts, platform) {
      for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
        if (await areTaken(charts, platform)) return true;
        await sleep(LOOK_EVERY_MS);
      }
      return false;
    },

    async renew(incident) {
      const nowMs = clock.now();
      const subject = incidentSubject(incident.id);
      const shown = await pictures.shownBy(subject);
      if (shown !== null && nowMs - shown.atMs < renewAfterMs(nowMs - incident.openedAtMs)) return;
      const { card, others } = await chartsOf(incident);
      const onCard = card === null ? [] : [card];
      const all = [...onCard, ...others];
      await keep(all);
      await show(detailsSubject(incident.id), others, nowMs);
      await show(subject, onCard, nowMs);
      await draw(all);
    },
  };
}

/** Every picture is drawn, uploaded and kept: often while everything is new, then a twelfth of the incident's age, an hour at most. */
function renewAfterMs(ageMs: number): number {
  return Math.min(60 * MINUTE_MS, Math.max(MINUTE_MS, ageMs / 12));
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
