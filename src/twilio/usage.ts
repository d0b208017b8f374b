import type { UsageReader, UsageRow } from "../command/contract.ts";
import { asFaults } from "./errors.ts";
import type { TwilioClient } from "./sdk.ts";

type Query = Parameters<UsageReader["usage"]>[0];

const PAGE_SIZE = 1_000;
/** One row for each category, or for each category and day: Twilio knows some 650 categories. */
const MAX_ROWS = 20_000;

interface Filter {
  category?: string;
  startDate?: Date;
  endDate?: Date;
  includeSubaccounts: boolean;
  pageSize: number;
  limit: number;
}

/** What every kind of usage record has in common. Twilio sends numbers as strings, whatever the types say. */
interface UsageRecord {
  readonly category: string;
  readonly description: string;
  readonly price: number | string | null;
  readonly usage: string | null;
  readonly usageUnit: string | null;
  readonly count: string | null;
  readonly countUnit: string | null;
  readonly startDate: Date | string;
  readonly endDate: Date | string;
}

/** Usage Records: https://www.twilio.com/docs/usage/api/usage-record. The parent's credentials reach every account. */
export function readUsage(client: TwilioClient, query: Query): Promise<readonly UsageRow[]> {
  return asFaults(`usage of ${query.accountSid}`, async () => {
    const filter: Filter = { includeSubaccounts: query.includeSubaccounts, pageSize: PAGE_SIZE, limit: MAX_ROWS };
    if (query.category !== null) filter.category = query.category;
    if (query.startDate !== null) filter.startDate = new Date(`${query.startDate}T00:00:00Z`);
    if (query.endDate !== null) filter.endDate = new Date(`${query.endDate}T00:00:00Z`);
    return (await listRecords(client, query, filter)).map(toRow);
  });
}

function listRecords(client: TwilioClient, query: Query, filter: Filter): Promise<readonly UsageRecord[]> {
  const { records } = client.api.v2010.accounts(query.accountSid).usage;
  switch (query.period) {
    case "range":
      return records.list(filter);
    case "today":
      return records.today.list(filter);
    case "yesterday":
      return records.yesterday.list(filter);
    case "this-month":
      return records.thisMonth.list(filter);
    case "last-month":
      return records.lastMonth.list(filter);
    case "all-time":
      return records.allTime.list(filter);
    case "daily":
      return records.daily.list(filter);
    case "monthly":
      return records.monthly.list(filter);
    case "yearly":
      return records.yearly.list(filter);
  }
}

function toRow(record: UsageRecord): UsageRow {
  return {
    category: record.category,
    description: record.description,
    spendUsd: toNumber(record.price),
    usage: toNumber(record.usage),
    usageUnit: record.usageUnit ?? "",
    count: toNumber(record.count),
    countUnit: record.countUnit ?? "",
    startDate: toDay(record.startDate),
    endDate: toDay(record.endDate),
  };
}

/** Twilio leaves a number empty when there is none, e.g. the count of `totalprice`. */
function toNumber(value: number | string | null): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}

function toDay(date: Date | string): string {
  return typeof date === "string" ? date.slice(0, 10) : date.toISOString().slice(0, 10);
}
