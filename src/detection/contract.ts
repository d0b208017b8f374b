import type { AccountSid } from "../lib/id.ts";
import type { Signal } from "../signal/contract.ts";
import type { AccountBaseline } from "./baseline/contract.ts";
import type { NumberSample } from "./number.ts";

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
  /** How sure the rule is that it is no ordinary business. Missing in records of older versions. */
  readonly confidence?: Confidence;
  /** What it costs above what is normal, as far as the signals say. Missing in records of older versions, and where no money runs. */
  readonly money?: MoneyAtRisk;
  /** How many different numbers were called or written to, as far as they were seen. */
  readonly affectedNumbers?: number;
}

export type Confidence = "low" | "medium" | "high";

export interface MoneyAtRisk {
  /** Money per hour above normal; null until two readings can be compared. */
  readonly perHourUsd: number | null;
  /** Above normal on this GMT day. */
  readonly lostTodayUsd: number;
  /** The log that it was read from had more: both are lower bounds. Missing: false. */
  readonly isAtLeast?: boolean;
}

export interface Evidence {
  readonly label: string;
  readonly value: string;
}

/** What policy says of detection, for one account. `tollgate.yml`, section `detection`. */
export interface DetectionSettings {
  /** ISO 3166 codes to which traffic is normal. */
  readonly allowedCountries: readonly string[];
  /** `seasonal`: the week's and the day's rhythm, robust. `simple`: the mean of the last seven days. */
  readonly baseline: "seasonal" | "simple";
  /** So many times normal is a spike. Default 2; the simple mode's 1.2 is used when nothing is set. */
  readonly spikeFactor: number;
  /** Less money than this above normal on a day is nobody's incident. */
  readonly spikeFloorUsd: number;
  /** A call that is up for longer is long. */
  readonly longCallMinutes: number;
  /** Threats that are never raised for this account. */
  readonly ignoredThreats: readonly Threat[];
}

/** What policy says in general, and for single accounts. */
export interface DetectionPolicy extends DetectionSettings {
  readonly accounts: Readonly<Record<string, Partial<DetectionSettings>>>;
}

/** A change that Tollgate made itself: it raises nothing. */
export interface OurChange {
  /** A run of a remediation, or upkeep of the tripwires. */
  readonly what: string;
  readonly fromMs: number;
  /** Twilio may have noted it as late as this. */
  readonly toMs: number;
  /** Beginnings of the types of Monitor Events that it leaves, e.g. `account-auth-token.`. */
  readonly eventTypes: readonly string[];
  /** When it names things (keys, triggers), only these are explained; null: whatever it is about. */
  readonly resourceSids: readonly string[] | null;
  /** When it was at work: what it left is nearest to this. Missing: all of `fromMs` to `toMs`. */
  readonly worked?: { readonly fromMs: number; readonly toMs: number };
  /** How many events of exactly this type it can have left. A type that is not named here has no limit. */
  readonly atMost?: Readonly<Record<string, number>>;
  /** Of geo permissions: what it may have opened. Anything else that was opened meanwhile is not explained. */
  readonly opens?: { readonly calls: OpenedCountries; readonly messages: OpenedCountries };
  /** Token rotated, keys deleted, account suspended: whoever used them is refused from then on. */
  readonly endsCredentials?: boolean;
}

/** ISO 3166. `allBut`: a whole table was written while these were closed. */
export type OpenedCountries = { readonly only: readonly string[] } | { readonly allBut: readonly string[] };

/** All that rules look at: one account, now. */
export interface Scene {
  readonly accountSid: AccountSid;
  /** Of the last hour (`LOOKBACK_MS`); those of changes, of the last day (`CHANGES_LOOKBACK_MS`). */
  readonly buckets: readonly Bucket[];
  /** Null: nothing is known of its ordinary days yet. */
  readonly baseline: AccountBaseline | null;
  readonly ours: readonly OurChange[];
  readonly settings: DetectionSettings;
  readonly nowMs: number;
}

/** A rule is pure and level-triggered: it looks at the scene of one account and says what is true now. */
export interface Rule {
  readonly id: string;
  evaluate(scene: Scene): readonly Alert[];
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
  /** It was watched too briefly to say more. Missing: false. */
  readonly burnIsAtLeast?: boolean;
  readonly liveCalls: number | null;
  /** What `destinations` counts; missing: calls. */
  readonly medium?: "calls" | "messages";
  /** Outside the allowed countries first, most calls first; from the last calls that were read. */
  readonly destinations: readonly Destination[];
  /** There were more than are read at once: live calls and destinations are lower bounds. Missing: false. */
  readonly trafficIsCut?: boolean;
  /** What could not be read, in plain words. */
  readonly missing: readonly string[];
  /** Of an incident about pumped messages: looked up once. */
  readonly sample?: NumberSample;
}

export interface Destination {
  /** ISO 3166 code. */
  readonly country: string;
  /** Or messages: see `Observation.medium`. */
  readonly calls: number;
  readonly isAllowed: boolean;
}
