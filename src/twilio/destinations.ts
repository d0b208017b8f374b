import type { AccountSid } from "../lib/id.ts";
import type { RecentTraffic } from "../workflow/ports.ts";
import { asFaults } from "./errors.ts";
import type { TwilioClient } from "./sdk.ts";

const MAX_READ = 1_000;
const LIVE_STATUSES = ["queued", "ringing", "in-progress"] as const;

interface Sent {
  readonly to: string;
  readonly direction: string;
}

/**
 * Where an account's newest calls or messages go, by country. A live call is counted however old it is. Whole numbers leave this
 * file for the store of numbers alone.
 */
export function readDestinations(
  client: TwilioClient,
  sid: AccountSid,
  medium: "calls" | "messages",
  sinceMs: number,
): Promise<RecentTraffic> {
  return asFaults(`${medium} of ${sid}`, () =>
    medium === "calls" ? recentCalls(client, sid, sinceMs) : recentMessages(client, sid, sinceMs),
  );
}

async function recentCalls(client: TwilioClient, sid: AccountSid, sinceMs: number): Promise<RecentTraffic> {
  const { calls } = client.api.v2010.accounts(sid);
  const page = { pageSize: MAX_READ, limit: MAX_READ };
  // A queued call has no start time yet, so the filter by time would hide it.
  const [recent, ...live] = await Promise.all([
    calls.list({ startTimeAfter: new Date(sinceMs), ...page }),
    ...LIVE_STATUSES.map((status) => calls.list({ status, ...page })),
  ]);
  // Twilio documents whole days for that filter, so the hour is looked at again here.
  const inTime = recent.filter((call) => new Date(call.startTime).getTime() >= sinceMs);
  const all = new Map([...inTime, ...live.flat()].map((call) => [call.sid, call]));
  return {
    ...(await whereto([...all.values()])),
    live: new Set(live.flat().map((call) => call.sid)).size,
    isCut: isCut(recent, inTime) || live.some((calls) => calls.length >= MAX_READ),
  };
}

async function recentMessages(client: TwilioClient, sid: AccountSid, sinceMs: number): Promise<RecentTraffic> {
  const { messages } = client.api.v2010.accounts(sid);
  const recent = await messages.list({ dateSentAfter: new Date(sinceMs), pageSize: MAX_READ, limit: MAX_READ });
  const inTime = recent.filter((message) => new Date(message.dateCreated).getTime() >= sinceMs);
  return { ...(await whereto(inTime)), live: null, isCut: isCut(recent, inTime) };
}

/** Newest come first: as long as the oldest that was read is of the time asked for, there may be more. */
function isCut(read: readonly unknown[], inTime: readonly unknown[]): boolean {
  return read.length >= MAX_READ && inTime.length === read.length;
}

function isOutbound({ direction }: Sent): boolean {
  return direction.startsWith("outbound") || direction === "trunking-terminating";
}

/** SIP and client addresses have no country and are left out. */
async function whereto(sent: readonly Sent[]): Promise<Pick<RecentTraffic, "byCountry" | "numbers">> {
  // The smallest metadata: some 40 ms to load, hence only when traffic is looked at.
  const { parsePhoneNumberFromString } = await import("libphonenumber-js/min");
  const counts = new Map<string, number>();
  const countries = new Map<string, string>();
  for (const { to } of sent.filter(isOutbound)) {
    const country = to.startsWith("+") ? parsePhoneNumberFromString(to)?.country : undefined;
    if (country === undefined) continue;
    counts.set(country, (counts.get(country) ?? 0) + 1);
    countries.set(to, country);
  }
  return {
    byCountry: new Map([...counts].sort(([, left], [, right]) => right - left)),
    numbers: [...countries].map(([number, country]) => ({ number, country })),
  };
}
