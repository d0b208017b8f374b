import { badRequest } from "../api-error.ts";
import type { Account } from "../model.ts";
import { page2010 } from "../paging.ts";
import type { ApiAnswer, ApiCall, Route } from "../route.ts";
import { DAY_MS, dateOfDay, dayOf } from "../sids.ts";
import { type Days, decimal, usageOf } from "../usage.ts";
import { type UsageCategory, usageCategories } from "../usage-categories.ts";

const HOST = "api.twilio.com";
const RECORDS = "/2010-04-01/Accounts/{account}/Usage/Records";

/** Each is a path of its own; the base list is `""`. */
const SPANS = ["", "AllTime", "Daily", "Monthly", "Yearly", "Today", "Yesterday", "ThisMonth", "LastMonth"] as const;
type SpanName = (typeof SPANS)[number];

interface Row {
  readonly category: UsageCategory;
  readonly days: Days;
}

/** `2026-11-21`, or an offset from today such as `-30days`. */
function readDay(call: ApiCall, name: string): number | undefined {
  const text = call.query.get(name);
  if (text === null) return undefined;
  const offset = /^([+-]\d+)days?$/.exec(text)?.[1];
  if (offset !== undefined) return dayOf(call.nowMs) + Number(offset);
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw badRequest(`${name} must be a date such as 2026-01-31, got ${text}`);
  return ms / DAY_MS;
}

function firstOfMonth(day: number, monthsLater = 0): number {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, 1) / DAY_MS;
}

function firstOfYear(day: number, yearsLater = 0): number {
  return Date.UTC(new Date(day * DAY_MS).getUTCFullYear() + yearsLater, 0, 1) / DAY_MS;
}

/** The periods that a list has rows for, newest first. */
function periods(span: SpanName, all: Days, today: number): readonly Days[] {
  switch (span) {
    case "":
    case "AllTime":
      return [all];
    case "Today":
      return [{ from: today, to: today }];
    case "Yesterday":
      return [{ from: today - 1, to: today - 1 }];
    case "ThisMonth":
      return [{ from: firstOfMonth(today), to: today }];
    case "LastMonth":
      return [{ from: firstOfMonth(today, -1), to: firstOfMonth(today) - 1 }];
    case "Daily":
      return slices(
        all,
        (day) => day,
        (day) => day + 1,
      );
    case "Monthly":
      return slices(
        all,
        (day) => firstOfMonth(day),
        (day) => firstOfMonth(day, 1),
      );
    case "Yearly":
      return slices(
        all,
        (day) => firstOfYear(day),
        (day) => firstOfYear(day, 1),
      );
  }
}

function slices(all: Days, startOf: (day: number) => number, nextAfter: (day: number) => number): readonly Days[] {
  const found: Days[] = [];
  for (let day = startOf(all.from); day <= all.to; day = nextAfter(day)) {
    found.push({ from: Math.max(day, all.from), to: Math.min(nextAfter(day) - 1, all.to) });
  }
  return found.reverse();
}

function list(call: ApiCall, span: SpanName): ApiAnswer {
  const today = dayOf(call.nowMs);
  const counted = countedAccounts(call);
  const born = Math.min(...counted.map((account) => account.usage.sinceDay));
  const all = {
    from: Math.max(born, readDay(call, "StartDate") ?? born),
    to: Math.min(today, readDay(call, "EndDate") ?? today),
  };
  const shown = categories(call);
  const rows = periods(span, all, today).flatMap((days) => shown.map((category): Row => ({ category, days })));
  return page2010(call, "usage_records", rows, (row) => render(call, counted, row, span));
}

/** The account with its subaccounts, unless asked not to. */
function countedAccounts(call: ApiCall): readonly Account[] {
  const isAlone = call.query.get("IncludeSubaccounts")?.toLowerCase() === "false";
  return isAlone ? [call.account] : [call.account, ...call.state.subaccountsOf(call.account)];
}

function categories(call: ApiCall): readonly UsageCategory[] {
  const name = call.query.get("Category");
  if (name === null) return [...usageCategories.values()];
  const category = usageCategories.get(name);
  if (category === undefined) throw badRequest(`Category ${name} is not a usage category`);
  return [category];
}

function render(call: ApiCall, accounts: readonly Account[], row: Row, span: SpanName): Record<string, unknown> {
  const used = usageOf(accounts, row.category.name, row.days, call.nowMs);
  const base = `/2010-04-01/Accounts/${call.account.sid}/Usage/Records`;
  const days = { start_date: dateOfDay(row.days.from), end_date: dateOfDay(row.days.to) };
  const address = (name: string): string =>
    `${base}${name === "" ? "" : `/${name}`}.json?Category=${row.category.name}`;
  return {
    account_sid: call.account.sid,
    api_version: "2010-04-01",
    as_of: new Date(call.nowMs).toISOString().replace(/\.\d+Z$/, "+00:00"),
    category: row.category.name,
    description: row.category.description,
    count: String(used.count),
    count_unit: row.category.countUnit,
    usage: decimal(used.units),
    usage_unit: row.category.usageUnit,
    // A number in the OpenAPI document, a string on the wire.
    price: decimal(used.usd),
    price_unit: "usd",
    ...days,
    subresource_uris: { daily: address("Daily"), monthly: address("Monthly"), today: address("Today") },
    uri: `${address(span)}&StartDate=${days.start_date}&EndDate=${days.end_date}`,
  };
}

export const usageRecordRoutes: readonly Route[] = SPANS.map((span) => ({
  host: HOST,
  method: "GET",
  path: `${RECORDS}${span === "" ? "" : `/${span}`}.json`,
  run: (call) => list(call, span),
}));
