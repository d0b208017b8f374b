/**
 * What a picture shows, as data: drawn elsewhere, and only when somebody wants to see it. Every text in it is ours or the name of
 * a country or category: nothing that outsiders can write.
 */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { ChartElement } from "./card.ts";

export type ChartSpec = DaysSpec | BarsSpec | HoursSpec;

/** Money and numbers a day, against what is usual. */
export type DaysSpec = {
  readonly kind: "days";
  readonly title: string;
  /** Oldest first, no day missing, `YYYY-MM-DD`. */
  readonly days: readonly { readonly day: string; readonly usd: number; readonly count: number }[];
  /** What is counted, e.g. `Outbound calls`; null: nothing is. */
  readonly counted: string | null;
  /** The last day is not over. */
  readonly isRunning: boolean;
  /** The usual range of each day; null when it is not known. */
  readonly usual: readonly { readonly low: number; readonly high: number }[] | null;
  /** What somebody changed, oldest first: each a line through its day. */
  readonly changes: readonly { readonly day: string; readonly text: string }[];
};

/** Kinds of things, most first. */
export type BarsSpec = {
  readonly kind: "bars";
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly isMarked: boolean }[];
  /** What a mark says, e.g. `not on your list`. */
  readonly mark: string;
  /** What has no bar of its own. */
  readonly others: { readonly kinds: number; readonly value: number } | null;
};

/** Money of one day, added up, against an ordinary day. */
export type HoursSpec = {
  readonly kind: "hours";
  readonly title: string;
  /** Oldest first. `hour`: hours since midnight GMT, up to 24. */
  readonly today: readonly { readonly hour: number; readonly usd: number }[];
  /** What an ordinary day has come to at midnight and at the end of each hour: 25 numbers; null when it is not known. */
  readonly usual: readonly number[] | null;
  /** How far ordinary days stray, as a share. */
  readonly spread: number;
};

/** A picture and, in one sentence, what it shows: for who cannot see it, and for where it is not (yet). */
export interface Chart {
  readonly finding: string;
  readonly spec: ChartSpec;
}

/** Of the content: equal pictures are drawn and uploaded once. Letters and digits, so that it can be a job's key. */
export function pictureDigest(spec: ChartSpec): string {
  return createHash("sha256")
    .update(canonicalize(spec) ?? "")
    .digest("hex")
    .slice(0, 32);
}

export function chartElement({ finding, spec }: Chart): ChartElement {
  return { kind: "chart", finding, picture: pictureDigest(spec) };
}
