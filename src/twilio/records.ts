import type { AccountSid } from "../lib/id.ts";
import type { TwilioRecords } from "../workflow/ports.ts";
import { asAccount } from "./as-account.ts";
import type { Credentials } from "./credentials.ts";
import { asFaults } from "./errors.ts";
import { readAlerts, readEvents } from "./monitor.ts";
import type { TwilioClient } from "./sdk.ts";
import { readCalls, readMessages } from "./traffic-log.ts";
import { readAttempts } from "./verify-attempts.ts";

/** https://www.twilio.com/docs/usage/twilios-response#pagination */
const PAGE_SIZE = 1_000;
/** At most 1,000 triggers per account. https://www.twilio.com/docs/usage/api/usage-trigger */
const MOST_TRIGGERS = 1_000;

/** What Twilio keeps of each account: Monitor and Verify are read as the account itself, logs, triggers and numbers through the parent. */
export function createRecords(credentials: Credentials): TwilioRecords {
  function parent<Answer>(what: string, sid: AccountSid, work: (client: TwilioClient) => Promise<Answer>) {
    return asFaults(`${what} of ${sid}`, async () => work(await credentials.parentClient()));
  }
  return {
    accounts: () => asFaults("the list of accounts", () => credentials.directory.list()),
    events: (sid, range, most, type) =>
      asAccount(credentials, sid, "events", (client) => readEvents(client, range, most, type)),
    alerts: (sid, range, most) => asAccount(credentials, sid, "alerts", (client) => readAlerts(client, range, most)),
    attempts: (sid, range) =>
      asAccount(credentials, sid, "verification attempts", (client) => readAttempts(client, range)),
    calls: (sid, sinceMs, most) => parent("calls", sid, (client) => readCalls(client, sid, sinceMs, most)),
    messages: (sid, sinceMs, most) => parent("messages", sid, (client) => readMessages(client, sid, sinceMs, most)),
    triggers: (sid) =>
      parent("usage triggers", sid, async (client) => {
        const { triggers } = client.api.v2010.accounts(sid).usage;
        const rows = await triggers.list({ pageSize: MOST_TRIGGERS, limit: MOST_TRIGGERS });
        return rows.map((row) => row.toJSON());
      }),
    numbers: (sid, most, number) =>
      parent("phone numbers", sid, async (client) => {
        const { incomingPhoneNumbers } = client.api.v2010.accounts(sid);
        const pages = { pageSize: Math.min(PAGE_SIZE, most), limit: most };
        const rows = await incomingPhoneNumbers.list(number === undefined ? pages : { ...pages, phoneNumber: number });
        return rows.map((row) => row.toJSON());
      }),
  };
}
