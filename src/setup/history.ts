import type { UsageReader } from "../command/contract.ts";
import { buildBaseline } from "../detection/baseline/build.ts";
import type { AccountBaseline, DayUsage } from "../detection/baseline/contract.ts";
import { DAY_MS, dayNumber, nameOfDay } from "../detection/baseline/days.ts";
import type { AccountSid } from "../lib/id.ts";
import type { WatchedAccount } from "./contract.ts";
import { ordinaryDays } from "./ordinary.ts";
import { type History, WATCHED_CATEGORIES } from "./triggers.ts";

/** Four of each weekday. */
const DAYS_READ = 28;
/** Before that an account has no habits, and everything that it does is new. */
const YOUNG_DAYS = 7;

interface Parts {
  readonly usage: UsageReader["usage"];
  readonly baselineOf: (accountSid: AccountSid) => Promise<AccountBaseline | null>;
}

export type HistoryOf = (account: WatchedAccount, hasSubaccounts: boolean, nowMs: number) => Promise<History>;

/**
 * What is ordinary on an account: its baseline, else Usage Records of its last four weeks.
 *
 * Whether a trigger of the main account counts its subaccounts is not documented (usage records do), so its values are for all of
 * them: too high is mended by the polls, which read the main account alone; too low would be an alarm every day.
 */
export function createHistoryOf({ usage, baselineOf }: Parts): HistoryOf {
  return async ({ sid: accountSid, createdAtMs }, hasSubaccounts, nowMs) => {
    const isYoung = nowMs - createdAtMs < YOUNG_DAYS * DAY_MS;
    const baseline = hasSubaccounts ? null : await baselineOf(accountSid);
    if (baseline !== null && baseline.days >= YOUNG_DAYS) return { days: ordinaryDays(baseline), isYoung };

    const query = { accountSid, includeSubaccounts: hasSubaccounts, startDate: null, endDate: null };
    const allTime = await usage({ ...query, period: "all-time", category: null });
    const everUsed = WATCHED_CATEGORIES.filter((category) =>
      allTime.some((row) => row.category === category && (row.spendUsd > 0 || row.count > 0 || row.usage > 0)),
    );
    const days: DayUsage[] = [];
    for (const category of everUsed) {
      const rows = await usage({
        ...query,
        period: "daily",
        category,
        startDate: nameOfDay(dayNumber(nowMs) - DAYS_READ),
        endDate: nameOfDay(dayNumber(nowMs) - 1),
      });
      for (const { spendUsd, count, usage: units, startDate: day } of rows) {
        days.push({ category, day, spendUsd, count, units });
      }
    }
    return { days: ordinaryDays(baselineOfDays(days, nowMs), everUsed), isYoung };
  };
}

/** The same arithmetic as the service's own, of what was read just now. */
function baselineOfDays(days: readonly DayUsage[], nowMs: number): AccountBaseline {
  return buildBaseline({ days, hours: [], destinations: [], destinationDays: 0, addresses: [], nowMs });
}
