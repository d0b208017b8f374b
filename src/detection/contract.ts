import type { AccountSid } from "../lib/id.ts";
import type { Signal } from "../signal/contract.ts";

export type Severity = "warning" | "critical";

/** What kind of fraud or failure it looks like. Account + threat is the dedup key. */
export type Threat = string;

/** All signals of one series of one account within one minute. Cost per signal is constant: it only changes a bucket. */
export interface Bucket {
  readonly accountSid: AccountSid;
  /** What belongs together, e.g. `usage:UT…` or `error:32202`. */
  readonly series: string;
  /** Minutes since 1970. */
  readonly minute: number;
  readonly count: number;
  /** The newest signal that fell into it. */
  readonly last: Signal;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** What detection concluded from signals: a threat on one account. */
export interface Alert {
  readonly dedupKey: string;
  readonly accountSid: AccountSid;
  readonly threat: Threat;
  readonly severity: Severity;
  /** What happened, in one plain sentence without the account's name. */
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly firstSignalAtMs: number;
  readonly lastSignalAtMs: number;
  /** Money of this GMT day that a trigger reported; null when it reported something else. A reading is compared with it. */
  readonly reportedTodayUsd: number | null;
  /** Usage category to read back for confirmation; null when there is nothing to read. */
  readonly category: string | null;
  /** ISO 3166 codes already known from the signals. */
  readonly countries: readonly string[];
}

export interface Evidence {
  readonly label: string;
  readonly value: string;
}

export interface DetectionSettings {
  /** ISO 3166 codes to which traffic is normal. */
  readonly allowedCountries: readonly string[];
}

/** A rule is pure and level-triggered: it looks at the recent buckets of one account and says what is true now. */
export interface Rule {
  readonly id: string;
  evaluate(buckets: readonly Bucket[], settings: DetectionSettings, nowMs: number): readonly Alert[];
}

/** What a read of the API said about an account under alert: money, and where the traffic goes. */
export interface Observation {
  readonly atMs: number;
  readonly category: string;
  /** Money, or null when Twilio gave none. Usage data lags. */
  readonly spendTodayUsd: number | null;
  /** Mean of the seven days before today. */
  readonly usualDayUsd: number | null;
  readonly unitsToday: number | null;
  /** Money per hour now; null until two readings can be compared. */
  readonly burnPerHourUsd: number | null;
  readonly liveCalls: number | null;
  /** Outside the allowed countries first, most calls first; from the last calls that were read. */
  readonly destinations: readonly Destination[];
  /** What could not be read, in plain words. */
  readonly missing: readonly string[];
}

export interface Destination {
  /** ISO 3166 code. */
  readonly country: string;
  readonly calls: number;
  readonly isAllowed: boolean;
}
