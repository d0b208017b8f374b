/** What is ordinary on an account. Built once a day from finished days and our own hourly readings; pure data, kept as JSON. */
export interface AccountBaseline {
  readonly builtAtMs: number;
  /** Finished GMT days that it knows, at most 56. Below 7 nothing but "never used" is judged by it. */
  readonly days: number;
  /** Twilio's usage category -> what is ordinary of it. A category that is missing was never used. */
  readonly categories: Readonly<Record<string, CategoryBaseline>>;
  /** Countries that calls and messages went to in the last 28 days, as far as logs were read. */
  readonly destinations: readonly DestinationBaseline[];
  /** Of how many days the destinations are known: below 7, that a country is missing says nothing. */
  readonly destinationDays: number;
  /** Addresses from which people and programs changed things in the last 28 days. */
  readonly addresses: readonly string[];
}

export interface Amount {
  readonly spendUsd: number;
  readonly count: number;
  readonly units: number;
}

export interface CategoryBaseline {
  /** Mean of the last seven finished days: the simple mode. */
  readonly meanDay: Amount;
  /** Ordinary day by weekday, 0 = Sunday, GMT: robust, with growth taken into account. Seven of them. */
  readonly weekdays: readonly Amount[];
  /** How far ordinary days stray from that, as a share of it (0.2: a fifth up or down); at least 0.1. */
  readonly spread: number;
  /** Share of an ordinary day that is there by the end of each GMT hour, 24 growing numbers up to 1; null while hours are not known. */
  readonly byHour: readonly number[] | null;
  readonly highestDay: Amount;
  /** `YYYY-MM-DD`; the newest finished day with usage. */
  readonly lastUsedDay: string;
}

export interface DestinationBaseline {
  readonly medium: "calls" | "messages";
  /** ISO 3166. */
  readonly country: string;
  /** Mean over the days that are known. */
  readonly perDay: number;
}

/** Calls or messages to one country on one finished GMT day. */
export interface DestinationDay extends Omit<DestinationBaseline, "perDay"> {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly count: number;
}

/** One category on one finished GMT day. */
export interface DayUsage extends Amount {
  readonly category: string;
  /** `YYYY-MM-DD` */
  readonly day: string;
}

/** One category in one GMT hour, from our own readings. */
export interface HourUsage extends Amount {
  readonly category: string;
  /** Hours since 1970. */
  readonly hour: number;
}
