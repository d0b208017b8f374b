import type { AccountSid } from "../lib/id.ts";
import type { TwilioClient } from "./sdk.ts";

/** Most reads find a few lines: a small page first, and large ones only where there is more. */
const FIRST_PAGE = 50;
const PAGE_SIZE = 1_000;
/** Live calls that are listed whatever their age. */
const MOST_LIVE = 1_000;

interface Page<Row> {
  readonly instances: readonly Row[];
  readonly nextPageUrl?: string | undefined;
  nextPage(): Promise<Page<Row>> | undefined;
}

/** What began since, newest first, and what is still in progress; a call may be in it twice. The parent's client reaches every account. */
export async function readCalls(
  client: TwilioClient,
  sid: AccountSid,
  sinceMs: number,
  most: number,
): Promise<readonly unknown[]> {
  const { calls } = client.api.v2010.accounts(sid);
  const inProgress = await calls.list({ status: "in-progress", pageSize: PAGE_SIZE, limit: MOST_LIVE });
  // Not filtered by time: that filter hides queued calls, and is documented for whole days only.
  const recent = await newest(
    (pageSize) => calls.page({ pageSize }),
    (call) => isBefore(call.startTime, sinceMs),
    most,
  );
  return [...recent, ...inProgress].map((call) => call.toJSON());
}

/** What was created since, newest first. Bodies stay behind. */
export async function readMessages(
  client: TwilioClient,
  sid: AccountSid,
  sinceMs: number,
  most: number,
): Promise<readonly unknown[]> {
  const { messages } = client.api.v2010.accounts(sid);
  const recent = await newest(
    (pageSize) => messages.page({ pageSize }),
    (message) => isBefore(message.dateCreated, sinceMs),
    most,
  );
  return recent.map((message) => ({ ...message.toJSON(), body: null }));
}

/** The log is sorted as things were created, which is nearly the order in which they begin: a page whose last line is old is the last page. */
async function newest<Row>(
  first: (pageSize: number) => Promise<Page<Row>>,
  isOld: (row: Row) => boolean,
  most: number,
): Promise<readonly Row[]> {
  let page: Page<Row> | undefined = await first(FIRST_PAGE);
  if (!isLastPage(page, isOld)) page = await first(Math.min(PAGE_SIZE, most));
  const rows: Row[] = [];
  while (page !== undefined) {
    rows.push(...page.instances);
    page = rows.length >= most || isLastPage(page, isOld) ? undefined : await page.nextPage();
  }
  return rows.slice(0, most);
}

function isLastPage<Row>(page: Page<Row>, isOld: (row: Row) => boolean): boolean {
  const last = page.instances.at(-1);
  return last === undefined || isOld(last) || page.nextPageUrl === undefined;
}

/** Twilio sends none for what has not begun. */
function isBefore(date: Date | string | null, sinceMs: number): boolean {
  return date !== null && new Date(date).getTime() <= sinceMs;
}
