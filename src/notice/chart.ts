/**
 * What a picture shows, as data: drawn elsewhere, and only when somebody wants to see it. Every text in it is ours or the name of
 * a country or category: nothing that outsiders can write.
 */
import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { unreachable } from "../lib/decision.ts";
import type { ChartElement } from "./card.ts";

export type ChartSpec = DaysSpec | BarsSpec | HoursSpec;

/**
 * When what a chart shows was so: `21 Nov 03:24 UTC`, in the picture and in its words. A message is often newer than its picture,
 * and a picture may be looked at days later.
 */
export function asOfWords(atMs: number): string {
  const day = { day: "numeric", month: "short", timeZone: "UTC" } as const;
  const at = new Date(atMs);
  return `${at.toLocaleDateString("en-GB", day)} ${at.toISOString().slice(11, 16)} UTC`;
}

/** Money and numbers a day, against what is usual. */
export type DaysSpec = {
  readonly kind: "days";
  readonly title: string;
  readonly asOf: string;
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
  readonly asOf: string;
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
  readonly asOf: string;
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

/** What it adds up to: once that has moved on, the picture is out of date. */
export function amountIn(spec: ChartSpec): number {
  switch (spec.kind) {
    case "days":
      return spec.days.at(-1)?.usd ?? 0;
    case "hours":
      return spec.today.at(-1)?.usd ?? 0;
    case "bars":
      return spec.bars.reduce((sum, { value }) => sum + value, spec.others?.value ?? 0);
    default:
      return unreachable(spec);
  }
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
