import type { TimeRange } from "../workflow/ports.ts";
import type { TwilioClient } from "./sdk.ts";

/** https://www.twilio.com/docs/usage/twilios-response#pagination */
const PAGE_SIZE = 1_000;

/** Monitor Events of the account whose credentials the client has; an `EndDate` is included. https://www.twilio.com/docs/usage/monitor-events */
export async function readEvents(
  client: TwilioClient,
  range: TimeRange,
  most: number,
  type?: string,
): Promise<readonly unknown[]> {
  const filter = filterOf(range, most);
  const rows = await client.monitor.v1.events.list(type === undefined ? filter : { ...filter, eventType: type });
  return rows.map((row) => row.toJSON());
}

/** Monitor Alerts, likewise. https://www.twilio.com/docs/usage/monitor-alert */
export async function readAlerts(client: TwilioClient, range: TimeRange, most: number): Promise<readonly unknown[]> {
  const rows = await client.monitor.v1.alerts.list(filterOf(range, most));
  return rows.map((row) => row.toJSON());
}

function filterOf({ fromMs, toMs }: TimeRange, most: number) {
  return {
    startDate: new Date(fromMs),
    endDate: new Date(toMs),
    pageSize: Math.min(PAGE_SIZE, most),
    limit: most,
  };
}
