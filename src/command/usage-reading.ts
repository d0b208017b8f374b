/** What the usage command asks Twilio, and nothing about how it is shown. */
import type { Fault } from "../lib/fault.ts";
import { isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { CommandContext, KnownAccount, UsagePeriod, UsageRow } from "./contract.ts";
import { daysBefore, monthStart, yearStart } from "./dates.ts";
import type { UsageRequest } from "./parse-usage.ts";
import { sumUsd } from "./rank-categories.ts";
import { TOTAL } from "./usage-categories.ts";

/** The days before today whose mean is the usual day. */
const USUAL_DAYS = 7;

/** What a picture of today shows beside it. */
export const DAYS_BEFORE = 13;

/** Whose usage: without an account the main one with all its subaccounts. */
export interface Scope {
  readonly accountSid: AccountSid;
  readonly includeSubaccounts: boolean;
}

export function scopeOf(account: KnownAccount | null, context: CommandContext): Scope {
  return { accountSid: account?.sid ?? context.parentSid, includeSubaccounts: account === null };
}

export function readSpan(request: UsageRequest, scope: Scope, context: CommandContext): Promise<readonly UsageRow[]> {
  const { period, category } = request;
  return context.twilio.usage({ ...scope, period, category, ...datesOf(request, context.nowMs) });
}

/** Only one row per span: the asked category, or the total. */
export function readTotals(request: UsageRequest, scope: Scope, context: CommandContext): Promise<readonly UsageRow[]> {
  return readSpan({ ...request, category: request.category ?? TOTAL }, scope, context);
}

/** Mean of the seven days before today; days without spend count as nothing. */
async function readUsualDayUsd(category: string | null, scope: Scope, context: CommandContext): Promise<number> {
  return usualDayOf(await readDaysBefore(category, scope, context, USUAL_DAYS), context);
}

/** The same, of days that were read before: more of them do no harm. */
export function usualDayOf(rows: readonly UsageRow[], { nowMs }: Pick<CommandContext, "nowMs">): number {
  const from = daysBefore(nowMs, USUAL_DAYS);
  return sumUsd(rows.filter(({ startDate }) => startDate >= from)) / USUAL_DAYS;
}

/** One row a day, today left out. */
export function readDaysBefore(
  category: string | null,
  scope: Scope,
  context: CommandContext,
  days = DAYS_BEFORE,
): Promise<readonly UsageRow[]> {
  return context.twilio.usage({
    ...scope,
    period: "daily",
    category: category ?? TOTAL,
    startDate: daysBefore(context.nowMs, days),
    endDate: daysBefore(context.nowMs, 1),
  });
}

function datesOf(
  { period, spans }: UsageRequest,
  nowMs: number,
): { readonly startDate: string | null; readonly endDate: string | null } {
  const ago = (spans ?? 1) - 1;
  const endDate = daysBefore(nowMs, 0);
  const startDate: Partial<Record<UsagePeriod, string>> = {
    daily: daysBefore(nowMs, ago),
    monthly: monthStart(nowMs, ago),
    yearly: yearStart(nowMs, ago),
  };
  const start = startDate[period];
  return start === undefined ? { startDate: null, endDate: null } : { startDate: start, endDate };
}

export interface AccountReading {
  readonly account: KnownAccount;
  readonly spend: { readonly usd: number; readonly usualDayUsd: number | null } | { readonly fault: Fault };
}

/** Requests to Twilio at one time: more would only earn 429. */
const AT_ONCE = 8;
/** Beyond this an answer would take too long to wait for. */
export const MAX_ACCOUNTS = 60;

/** Each account by itself, the main one included. One that cannot be read does not spoil the others. */
export async function readPerAccount(
  request: UsageRequest,
  accounts: readonly KnownAccount[],
  context: CommandContext,
): Promise<readonly AccountReading[]> {
  const readings: AccountReading[] = [];
  const asked = accounts.slice(0, MAX_ACCOUNTS);
  for (let start = 0; start < asked.length; start += AT_ONCE) {
    const batch = asked.slice(start, start + AT_ONCE);
    readings.push(...(await Promise.all(batch.map((account) => readAccount(request, account, context)))));
  }
  return readings;
}

async function readAccount(
  request: UsageRequest,
  account: KnownAccount,
  context: CommandContext,
): Promise<AccountReading> {
  const scope: Scope = { accountSid: account.sid, includeSubaccounts: false };
  try {
    const [rows, usualDayUsd] = await Promise.all([
      readTotals(request, scope, context),
      request.period === "today" ? readUsualDayUsd(request.category, scope, context) : null,
    ]);
    return { account, spend: { usd: sumUsd(rows), usualDayUsd } };
  } catch (error) {
    if (isFault(error)) return { account, spend: { fault: error } };
    throw error;
  }
}
