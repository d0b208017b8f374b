import { z } from "zod";
import type { UsageReader, UsageRow } from "../command/contract.ts";
import { Fault } from "../lib/fault.ts";
import { asFaults } from "./errors.ts";
import type { TwilioClient } from "./sdk.ts";

type Query = Parameters<UsageReader["usage"]>[0];

const API = "https://api.twilio.com";
const PAGE_SIZE = 1_000;
/** One row for each category, or for each category and day: Twilio knows some 650 categories. */
const MAX_ROWS = 20_000;

const LISTS: Readonly<Record<Query["period"], string>> = {
  range: "",
  today: "/Today",
  yesterday: "/Yesterday",
  "this-month": "/ThisMonth",
  "last-month": "/LastMonth",
  "all-time": "/AllTime",
  daily: "/Daily",
  monthly: "/Monthly",
  yearly: "/Yearly",
};

/** Twilio sends numbers as strings, and leaves one empty when there is none, e.g. the count of `totalprice`. */
const Amount = z.union([z.string(), z.number(), z.null()]).optional();
const Word = z.string().nullish();
const Records = z.object({
  usage_records: z.array(
    z.object({
      category: z.string(),
      description: Word,
      price: Amount,
      usage: Amount,
      usage_unit: Word,
      count: Amount,
      count_unit: Word,
      start_date: z.string(),
      end_date: z.string(),
    }),
  ),
  next_page_uri: Word,
});

/**
 * Usage Records: https://www.twilio.com/docs/usage/api/usage-record. The parent's credentials reach every account.
 *
 * The SDK makes an object of each row, with times that it parses one by one: of hundreds of rows, nearly all of them empty, for each
 * account and minute, that was more work than all the rest of a read. So it sends the request, and the rows are read here.
 */
export function readUsage(client: TwilioClient, query: Query): Promise<readonly UsageRow[]> {
  return asFaults(`usage of ${query.accountSid}`, async () => {
    const rows: UsageRow[] = [];
    let uri: string | null = firstPage(query);
    while (uri !== null && rows.length < MAX_ROWS) {
      const answer: { readonly body: unknown } = await client.request({ method: "get", uri: `${API}${uri}` });
      const page = Records.safeParse(answer.body);
      if (!page.success) throw new Fault("unavailable", "Twilio answered with something that is no list of usage");
      for (const record of page.data.usage_records) rows.push(toRow(record));
      uri = page.data.next_page_uri ?? null;
    }
    return rows.slice(0, MAX_ROWS);
  });
}

function firstPage({ accountSid, period, category, startDate, endDate, includeSubaccounts }: Query): string {
  const asked = new URLSearchParams({ IncludeSubaccounts: String(includeSubaccounts), PageSize: String(PAGE_SIZE) });
  if (category !== null) asked.set("Category", category);
  if (startDate !== null) asked.set("StartDate", startDate);
  if (endDate !== null) asked.set("EndDate", endDate);
  return `/2010-04-01/Accounts/${accountSid}/Usage/Records${LISTS[period]}.json?${asked}`;
}

function toRow(record: z.infer<typeof Records>["usage_records"][number]): UsageRow {
  return {
    category: record.category,
    description: record.description ?? "",
    spendUsd: toNumber(record.price),
    usage: toNumber(record.usage),
    usageUnit: record.usage_unit ?? "",
    count: toNumber(record.count),
    countUnit: record.count_unit ?? "",
    startDate: record.start_date.slice(0, 10),
    endDate: record.end_date.slice(0, 10),
  };
}

function toNumber(value: string | number | null | undefined): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}
