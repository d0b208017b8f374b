/** What Twilio's Lookup says of a phone number. https://www.twilio.com/docs/lookup/v2-api */

export type LookupPackage = "line" | "risk";

export interface NumberReading {
  /** As Twilio writes it, E.164; null when it is no number. Masked before people see it in a channel. */
  readonly number: string | null;
  readonly isValid: boolean;
  /** ISO 3166. */
  readonly country: string | null;
  /** Why it is not valid, as Twilio calls it, e.g. `TOO_SHORT`. */
  readonly problems: readonly string[];
  /** Null: not asked for. */
  readonly line: Line | Untold | null;
  readonly risk: PumpingRisk | Untold | null;
}

export interface Line {
  readonly isTold: true;
  /** As Twilio names it, e.g. `mobile`, `nonFixedVoip`; new ones may come. */
  readonly type: string;
  readonly carrier: string | null;
}

export interface PumpingRisk {
  readonly isTold: true;
  /** 0 to 100. It is that of the account that asks, and changes within seconds. */
  readonly score: number;
  readonly carrierRisk: string | null;
  /** Twilio stopped traffic to it in the last three months; null: it was never seen. */
  readonly wasBlocked: boolean | null;
}

/** Asked for, and answered with an error inside an answer of 200. */
export interface Untold {
  readonly isTold: false;
  /** E.g. `60600`. */
  readonly code: string;
}

export type RiskBand = "low" | "mild" | "moderate" | "high";

/** https://www.twilio.com/docs/lookup/v2-api/sms-pumping-risk */
const BANDS: readonly { readonly from: number; readonly band: RiskBand }[] = [
  { from: 90, band: "high" },
  { from: 75, band: "moderate" },
  { from: 60, band: "mild" },
];

export function riskBand(score: number): RiskBand {
  return BANDS.find(({ from }) => score >= from)?.band ?? "low";
}

/** Twilio does not mean the pumping risk for these. */
export function hasPumpingRisk(country: string | null): boolean {
  return country !== "US" && country !== "CA";
}

/** Line and risk of a few of the numbers that suspicious messages went to. */
export interface NumberSample {
  /** How many were looked up; 0: Twilio could not say, or has not yet. */
  readonly asked: number;
  /** Type of line -> how many. */
  readonly types: Readonly<Record<string, number>>;
  /** Pumping risk of those that have one, highest first. */
  readonly scores: readonly number[];
}

/** More would cost money and move the customer's own scores: https://www.twilio.com/docs/lookup/v2-api/sms-pumping-risk */
const MOST_SAMPLED = 5;

/** A few, evenly out of all, so that neighbours are not asked for one after the other. */
export function chosenForSample<Item extends { readonly country: string }>(numbers: readonly Item[]): readonly Item[] {
  const possible = numbers.filter(({ country }) => hasPumpingRisk(country));
  const step = Math.max(1, possible.length / MOST_SAMPLED);
  return possible
    .filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
    .slice(0, MOST_SAMPLED);
}

export function sampleOf(readings: readonly NumberReading[]): NumberSample {
  const types: Record<string, number> = {};
  for (const { line } of readings) if (line?.isTold === true) types[line.type] = (types[line.type] ?? 0) + 1;
  const scores = readings.flatMap(({ risk }) => (risk?.isTold === true ? [risk.score] : []));
  return { asked: readings.length, types, scores: scores.toSorted((one, other) => other - one) };
}
