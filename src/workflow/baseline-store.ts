import type { AccountBaseline, DayUsage, DestinationDay, HourUsage } from "../detection/baseline/contract.ts";
import type { AccountSid } from "../lib/id.ts";
import type { TrafficReadingSignal } from "../signal/contract.ts";

/** Days are GMT, `YYYY-MM-DD`; hours count from 1970. */
export interface BaselineStore {
  load(accountSid: AccountSid): Promise<AccountBaseline | null>;
  save(accountSid: AccountSid, baseline: AccountBaseline): Promise<void>;
  /** Finished days; a later reading of the same day replaces the earlier one. */
  saveDays(accountSid: AccountSid, days: readonly DayUsage[]): Promise<void>;
  daysSince(accountSid: AccountSid, day: string): Promise<readonly DayUsage[]>;
  /** What the polls found, each hour by itself. */
  hoursSince(accountSid: AccountSid, hour: number): Promise<readonly HourUsage[]>;
  /** What the call and message logs said from the one moment up to, but not, the other. */
  trafficBetween(accountSid: AccountSid, fromMs: number, toMs: number): Promise<readonly TrafficReadingSignal[]>;
  /** Where the traffic of a finished day went; replaces what was known of it. */
  saveDestinations(
    accountSid: AccountSid,
    day: string,
    destinations: readonly Omit<DestinationDay, "day">[],
  ): Promise<void>;
  /** `days`: how many days are known, those without any traffic included. */
  destinationsSince(
    accountSid: AccountSid,
    day: string,
  ): Promise<{ readonly days: readonly string[]; readonly destinations: readonly DestinationDay[] }>;
  /** What no baseline looks at any more. */
  forgetBefore(accountSid: AccountSid, day: string): Promise<void>;
}
