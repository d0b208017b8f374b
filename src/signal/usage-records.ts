import type { AccountSid } from "../lib/id.ts";
import type { ReceivedSignal, UsageReadingSignal } from "./contract.ts";

/** What one category came to on a GMT day until it was read. */
export interface UsageRecord {
  readonly category: string;
  readonly spendUsd: number;
  readonly count: number;
  /** Minutes, messages … */
  readonly usage: number;
  /** `YYYY-MM-DD`, GMT. */
  readonly startDate: string;
}

interface Reading {
  readonly spendUsd: number;
  readonly count: number;
  readonly units: number;
}

/** What was read last: only what is not zero. */
interface UsageRead {
  readonly day: string;
  readonly readAtMs: number;
  readonly amounts: Readonly<Record<string, Reading>>;
}

/** The catch-all; parts may not add up to it. */
const TOTAL = "totalprice";
const CATEGORY = /^[a-z0-9][a-z0-9-]{0,99}$/i;
const NOTHING: Reading = { spendUsd: 0, count: 0, units: 0 };

/**
 * Usage Records of today as signals: a category is told when it is not what it was, and the total with it. A new day begins at
 * nothing; a correction downwards is told like any change. https://www.twilio.com/docs/usage/api/usage-record
 */
export function readingsOf(
  records: readonly UsageRecord[],
  before: UsageRead | null,
  accountSid: AccountSid,
  readAtMs: number,
): {
  readonly received: readonly ReceivedSignal[];
  readonly read: UsageRead;
  /** What came since the last reading, by category; never less than nothing. Null when there was none, or too long ago to say when it came. */
  readonly grown: Readonly<Record<string, Reading>> | null;
} {
  const rows = records.filter((record) => CATEGORY.test(record.category));
  // Their day, not ours: around midnight they may be behind.
  const day = rows[0]?.startDate ?? new Date(readAtMs).toISOString().slice(0, 10);
  const known = before?.day === day ? before.amounts : {};
  const amounts: Record<string, Reading> = {};
  const grown: Record<string, Reading> = {};
  const changed: string[] = [];
  for (const { category, spendUsd, count, usage } of rows) {
    const now: Reading = { spendUsd, count, units: usage };
    const then = known[category] ?? NOTHING;
    if (!isNothing(now)) amounts[category] = now;
    if (isSame(now, then)) continue;
    changed.push(category);
    const more = growth(then, now);
    if (!isNothing(more)) grown[category] = more;
  }
  const told = changed.length === 0 ? [] : [...new Set([...changed, ...(TOTAL in amounts ? [TOTAL] : [])])];
  const minute = Math.floor(readAtMs / 60_000);
  return {
    received: told.map((category) => ({
      sourceKey: `usage:${accountSid}:${category}:${minute}`,
      signal: {
        kind: "usage-reading",
        accountSid,
        atMs: readAtMs,
        category,
        day,
        ...(amounts[category] ?? NOTHING),
        ...beforeOf(before, day, category),
      },
    })),
    read: { day, readAtMs, amounts },
    grown: isContinuous(before, day) ? grown : null,
  };
}

/** What the day's last reading said; a day that began since then began at nothing. */
function beforeOf(before: UsageRead | null, day: string, category: string): Pick<UsageReadingSignal, "before"> {
  if (before === null || !isContinuous(before, day)) return {};
  return before.day === day
    ? { before: { atMs: before.readAtMs, ...amountOf(before.amounts[category]) } }
    : { before: { atMs: Date.parse(day), ...amountOf(undefined) } };
}

function amountOf({ spendUsd, count }: Reading = NOTHING): { readonly spendUsd: number; readonly count: number } {
  return { spendUsd, count };
}

/** The first reading of a day tells what came since midnight, if the last one was of the day before. */
function isContinuous(before: UsageRead | null, day: string): boolean {
  if (before === null) return false;
  return before.day === day || Date.parse(day) - Date.parse(before.day) === 24 * 60 * 60_000;
}

function growth(then: Reading, now: Reading): Reading {
  return {
    spendUsd: Math.max(0, now.spendUsd - then.spendUsd),
    count: Math.max(0, now.count - then.count),
    units: Math.max(0, now.units - then.units),
  };
}

function isNothing({ spendUsd, count, units }: Reading): boolean {
  return spendUsd === 0 && count === 0 && units === 0;
}

function isSame(one: Reading, other: Reading): boolean {
  return one.spendUsd === other.spendUsd && one.count === other.count && one.units === other.units;
}

/** What a category's traffic goes through; null for what is neither. */
export type Medium = "calls" | "messages" | "verify";

const MEDIA: Readonly<Record<Medium, RegExp>> = {
  calls: /^(calls|trunking|pstnconnectivity)(-|$)/,
  messages: /^(sms|mms|channels|failed-message-processing)(-|$)/,
  verify: /^(verify|authy)(-|$)/,
};

export function mediaOf(categories: readonly string[]): readonly Medium[] {
  const used: Medium[] = [];
  for (const medium of ["calls", "messages", "verify"] as const) {
    if (categories.some((category) => MEDIA[medium].test(category))) used.push(medium);
  }
  return used;
}
