import { BASELINE_DAYS, buildBaseline } from "../detection/baseline/build.ts";
import type { DayUsage, DestinationDay } from "../detection/baseline/contract.ts";
import { DAY_MS, dayNumber, HOUR_MS, nameOfDay, numberOfDay } from "../detection/baseline/days.ts";
import { destinationsOfDay } from "../detection/baseline/destinations.ts";
import { grouped } from "../detection/grouped.ts";
import { TOTAL } from "../detection/usage-categories.ts";
import type { Clock } from "../lib/clock.ts";
import { isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { type Medium, mediaOf } from "../signal/usage-records.ts";
import type { BaselineStore } from "./baseline-store.ts";
import { done, type JobHandler, type JobResult, later } from "./job.ts";
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

/**
 * Twilio knows some 650 categories and has a row for each on each day, of which an account uses a few: up to so many days all of them
 * are read, and of a longer time those that were used in it.
 */
const DAYS_OF_ALL_CATEGORIES = 7;
/** Usage data lags, and Twilio corrects itself: the newest days are read again. */
const DAYS_READ_AGAIN = 3;
const HOURS_OF_DAYS = 28;
const DESTINATION_DAYS = 28;
const DAYS_KEPT = 100;
const LOGGED = ["calls", "messages"] as const;
/** Below this our own readings of the logs are too few: the logs themselves are asked where traffic went before. */
const OWN_READINGS_FROM_DAYS = 7;

/** Nobody waits for it, and what people wait for needs the same limit; whoever was told to wait does not come back together. */
const WAIT_WHEN_LIMITED_MS = 15 * 60_000;
const SPREAD_WHEN_LIMITED_MS = 10 * 60_000;

/** When a day is over: a little later, as usage data lags, and accounts one after the other. */
const AFTER_MIDNIGHT_MS = 15 * 60_000;
const SPREAD_MS = 90 * 60_000;

/**
 * Learns what is ordinary on one account, once a day and at once when it is new: its days from Usage Records, its hours from our own
 * readings, its destinations from the logs, its addresses from the changes that were made. What it read is stored as it comes, so that
 * whoever is kept from it half-way goes on there, and everything is built anew from what is stored: doing it twice does no harm.
 */
export function createLearn({ twilio, baselines, signals, clock, log }: Parts): JobHandler {
  async function learnDays(accountSid: AccountSid, today: number): Promise<readonly DayUsage[]> {
    const oldest = today - BASELINE_DAYS;
    const known = await baselines.daysSince(accountSid, nameOfDay(oldest));
    const newest = known.findLast(({ category }) => category === TOTAL);
    const from = newest === undefined ? oldest : numberOfDay(newest.day) + 1 - DAYS_READ_AGAIN;
    await readDays(accountSid, Math.max(from, oldest), today, known);
    return baselines.daysSince(accountSid, nameOfDay(oldest));
  }

  /** Saved as it comes, the total last: a total that is known says that its day is, whatever happens to us in between. */
  async function readDays(
    accountSid: AccountSid,
    from: number,
    today: number,
    known: readonly DayUsage[],
  ): Promise<void> {
    const yesterday = nameOfDay(today - 1);
    const read = async (period: "range" | "daily", category: string | null): Promise<readonly DayUsage[]> => {
      const dates = { startDate: nameOfDay(from), endDate: yesterday };
      const rows = await twilio.usage({ accountSid, period, category, ...dates, includeSubaccounts: false });
      return rows.map((row) => {
        return {
          category: row.category,
          day: row.startDate,
          spendUsd: row.spendUsd,
          count: row.count,
          units: row.usage,
        };
      });
    };
    if (today - from <= DAYS_OF_ALL_CATEGORIES) {
      await baselines.saveDays(accountSid, (await read("daily", null)).filter(isWorthKeeping));
      return;
    }
    const used = (await read("range", null)).filter(isUsed).map(({ category }) => category);
    const readBefore = new Set(known.filter(({ day }) => day === yesterday).map(({ category }) => category));
    for (const category of new Set(used)) {
      if (category === TOTAL || readBefore.has(category)) continue;
      const days = (await read("daily", category)).filter(isWorthKeeping);
      const isMarked = days.some(({ day }) => day === yesterday);
      await baselines.saveDays(accountSid, isMarked ? days : [...days, nothingOn(yesterday, category)]);
    }
    await baselines.saveDays(accountSid, await read("daily", TOTAL));
  }

  async function learnDestinations(
    accountSid: AccountSid,
    today: number,
    usage: readonly DayUsage[],
  ): Promise<Destinations> {
    const oldest = today - DESTINATION_DAYS;
    const newest = (await baselines.destinationsSince(accountSid, nameOfDay(oldest))).days.at(-1);
    const from = newest === undefined ? oldest : numberOfDay(newest);
    const readings = await baselines.trafficBetween(accountSid, from * DAY_MS, today * DAY_MS);
    for (const [day, ofDay] of grouped(readings, ({ atMs }) => nameOfDay(dayNumber(atMs)))) {
      await baselines.saveDestinations(accountSid, day, destinationsOfDay(ofDay));
    }
    const { days, destinations } = await baselines.destinationsSince(accountSid, nameOfDay(oldest));
    if (days.length >= OWN_READINGS_FROM_DAYS) return { destinations, destinationDays: days.length };
    const used = usage.filter((one) => one.day >= nameOfDay(oldest) && isUsed(one)).map(({ category }) => category);
    const ofLogs = await destinationsOfLogs(accountSid, today, mediaOf(used));
    return { destinations: [...destinations, ...ofLogs], destinationDays: days.length };
  }

  /** Where the newest calls and messages went, those of the last day left out: what began then may be what it should be compared with. */
  async function destinationsOfLogs(
    accountSid: AccountSid,
    today: number,
    used: readonly Medium[],
  ): Promise<readonly DestinationDay[]> {
    const nowMs = clock.now();
    const found: DestinationDay[] = [];
    for (const medium of LOGGED.filter((one) => used.includes(one))) {
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

  async function learn(accountSid: AccountSid): Promise<JobResult> {
    // Closed, or somebody else's by now.
    if ((await twilio.account(accountSid)) === undefined) return done;
    const nowMs = clock.now();
    const today = dayNumber(nowMs);
    const days = await learnDays(accountSid, today);
    const { destinations, destinationDays } = await learnDestinations(accountSid, today, days);
    const hours = await baselines.hoursSince(accountSid, ((today - HOURS_OF_DAYS) * DAY_MS) / HOUR_MS);
    const changes = await signals.bucketsSince(accountSid, nowMs, nowMs - DESTINATION_DAYS * DAY_MS);
    const addresses = ordinaryAddresses(changes, nowMs);
    const baseline = buildBaseline({ days, hours, destinations, destinationDays, addresses, nowMs });
    await baselines.save(accountSid, baseline);
    await baselines.forgetBefore(accountSid, nameOfDay(today - DAYS_KEPT));
    return later(nextLearningMs(accountSid, nowMs));
  }

  return async (key) => {
    const accountSid = key as AccountSid;
    try {
      return await learn(accountSid);
    } catch (error) {
      if (!isFault(error, "rate-limited")) throw error;
      const waitMs = WAIT_WHEN_LIMITED_MS + spreadMs(`learn.${key}`, SPREAD_WHEN_LIMITED_MS);
      log.warn({ accountSid, ms: waitMs }, "Twilio asks to wait: what is ordinary on this account is learned later");
      return later(clock.now() + waitMs);
    }
  };
}

type Destinations = { readonly destinations: readonly DestinationDay[]; readonly destinationDays: number };

/** A total of nothing says that the day is known. */
function isWorthKeeping(day: DayUsage): boolean {
  return day.category === TOTAL || isUsed(day);
}

/** Says that what was before it is known: who is kept from reading on need not read it again. */
function nothingOn(day: string, category: string): DayUsage {
  return { category, day, spendUsd: 0, count: 0, units: 0 };
}

function isUsed({ spendUsd, count, units }: DayUsage): boolean {
  return spendUsd > 0 || count > 0 || units > 0;
}

/** The next time after a finished day at which it is this account's turn. */
export function nextLearningMs(accountSid: AccountSid, nowMs: number): number {
  const inDayMs = AFTER_MIDNIGHT_MS + spreadMs(`learn.${accountSid}`, SPREAD_MS);
  const todayMs = dayNumber(nowMs) * DAY_MS + inDayMs;
  return todayMs > nowMs ? todayMs : todayMs + DAY_MS;
}
