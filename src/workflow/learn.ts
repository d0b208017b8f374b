import { BASELINE_DAYS, buildBaseline } from "../detection/baseline/build.ts";
import type { DayUsage, DestinationDay } from "../detection/baseline/contract.ts";
import { DAY_MS, dayNumber, HOUR_MS, nameOfDay, numberOfDay } from "../detection/baseline/days.ts";
import { destinationsOfDay } from "../detection/baseline/destinations.ts";
import { TOTAL } from "../detection/usage-categories.ts";
import type { Clock } from "../lib/clock.ts";
import { isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { BaselineStore } from "./baseline-store.ts";
import { done, type JobHandler, later } from "./job.ts";
import { ordinaryAddresses } from "./ordinary-addresses.ts";
import { spreadMs } from "./polls/pace.ts";
import type { SignalStore, Twilio } from "./ports.ts";

interface Parts {
  readonly twilio: Pick<Twilio, "account" | "usage" | "recentDestinations">;
  readonly baselines: BaselineStore;
  readonly signals: Pick<SignalStore, "bucketsSince">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Twilio knows some 650 categories, and one read takes 20,000 rows. */
const DAYS_IN_ONE_READ = 28;
/** Usage data lags, and Twilio corrects itself: the newest days are read again. */
const DAYS_READ_AGAIN = 3;
const HOURS_OF_DAYS = 28;
const DESTINATION_DAYS = 28;
const DAYS_KEPT = 100;
/** Below this our own readings of the logs are too few: the logs themselves are asked where traffic went before. */
const OWN_READINGS_FROM_DAYS = 7;

/** When a day is over: a little later, as usage data lags, and accounts one after the other. */
const AFTER_MIDNIGHT_MS = 15 * 60_000;
const SPREAD_MS = 90 * 60_000;

/**
 * Learns what is ordinary on one account, once a day and at once when it is new: its days from Usage Records, its hours from our own
 * readings, its destinations from the logs, its addresses from the changes that were made. Everything is read and built anew from
 * what is stored, so that doing it twice does no harm.
 */
export function createLearn({ twilio, baselines, signals, clock, log }: Parts): JobHandler {
  async function learnDays(accountSid: AccountSid, today: number): Promise<readonly DayUsage[]> {
    const firstDay = nameOfDay(today - BASELINE_DAYS);
    const newest = (await baselines.daysSince(accountSid, firstDay)).findLast(({ category }) => category === TOTAL);
    let from = newest === undefined ? today - BASELINE_DAYS : numberOfDay(newest.day) + 1 - DAYS_READ_AGAIN;
    for (from = Math.max(from, today - BASELINE_DAYS); from < today; from += DAYS_IN_ONE_READ) {
      const rows = await twilio.usage({
        accountSid,
        period: "daily",
        category: null,
        startDate: nameOfDay(from),
        endDate: nameOfDay(Math.min(today, from + DAYS_IN_ONE_READ) - 1),
        includeSubaccounts: false,
      });
      const days = rows.map(({ category, startDate, spendUsd, count, usage }) => {
        return { category, day: startDate, spendUsd, count, units: usage };
      });
      await baselines.saveDays(accountSid, days.filter(isWorthKeeping));
    }
    return baselines.daysSince(accountSid, firstDay);
  }

  async function learnDestinations(accountSid: AccountSid, today: number): Promise<Destinations> {
    const firstDay = nameOfDay(today - DESTINATION_DAYS);
    const newest = (await baselines.destinationsSince(accountSid, firstDay)).days.at(-1);
    const from = newest === undefined ? today - DESTINATION_DAYS : numberOfDay(newest);
    for (let day = from; day < today; day += 1) {
      const readings = await baselines.trafficBetween(accountSid, day * DAY_MS, (day + 1) * DAY_MS);
      if (readings.length > 0)
        await baselines.saveDestinations(accountSid, nameOfDay(day), destinationsOfDay(readings));
    }
    const { days, destinations } = await baselines.destinationsSince(accountSid, firstDay);
    if (days.length >= OWN_READINGS_FROM_DAYS) return { destinations, destinationDays: days.length };
    const ofLogs = await destinationsOfLogs(accountSid, today);
    return { destinations: [...destinations, ...ofLogs], destinationDays: days.length };
  }

  /** Where the newest calls and messages went, those of the last day left out: what began then may be what it should be compared with. */
  async function destinationsOfLogs(accountSid: AccountSid, today: number): Promise<readonly DestinationDay[]> {
    const nowMs = clock.now();
    const found: DestinationDay[] = [];
    for (const medium of ["calls", "messages"] as const) {
      try {
        const month = await twilio.recentDestinations(accountSid, medium, nowMs - DESTINATION_DAYS * DAY_MS);
        const lastDay = await twilio.recentDestinations(accountSid, medium, nowMs - DAY_MS);
        for (const [country, total] of month.byCountry) {
          const count = total - (lastDay.byCountry.get(country) ?? 0);
          if (count > 0) found.push({ medium, country, day: nameOfDay(today - 1), count: count / DESTINATION_DAYS });
        }
      } catch (error) {
        // Only the first week knows a little less.
        if (!isFault(error)) throw error;
        log.warn({ accountSid, kind: error.kind, code: error.code }, "the logs do not tell where traffic went before");
      }
    }
    return found;
  }

  return async (key) => {
    const accountSid = key as AccountSid;
    // Closed, or somebody else's by now.
    if ((await twilio.account(accountSid)) === undefined) return done;
    const nowMs = clock.now();
    const today = dayNumber(nowMs);
    const days = await learnDays(accountSid, today);
    const { destinations, destinationDays } = await learnDestinations(accountSid, today);
    const hours = await baselines.hoursSince(accountSid, ((today - HOURS_OF_DAYS) * DAY_MS) / HOUR_MS);
    const changes = await signals.bucketsSince(accountSid, nowMs, nowMs - DESTINATION_DAYS * DAY_MS);
    const addresses = ordinaryAddresses(changes, nowMs);
    const baseline = buildBaseline({ days, hours, destinations, destinationDays, addresses, nowMs });
    await baselines.save(accountSid, baseline);
    await baselines.forgetBefore(accountSid, nameOfDay(today - DAYS_KEPT));
    return later(nextLearningMs(accountSid, nowMs));
  };
}

type Destinations = { readonly destinations: readonly DestinationDay[]; readonly destinationDays: number };

/** A total of nothing says that the day is known. */
function isWorthKeeping({ category, spendUsd, count, units }: DayUsage): boolean {
  return category === TOTAL || spendUsd > 0 || count > 0 || units > 0;
}

/** The next time after a finished day at which it is this account's turn. */
export function nextLearningMs(accountSid: AccountSid, nowMs: number): number {
  const inDayMs = AFTER_MIDNIGHT_MS + spreadMs(`learn.${accountSid}`, SPREAD_MS);
  const todayMs = dayNumber(nowMs) * DAY_MS + inDayMs;
  return todayMs > nowMs ? todayMs : todayMs + DAY_MS;
}
