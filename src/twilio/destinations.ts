import type { AccountSid } from "../lib/id.ts";
import { asFaults } from "./errors.ts";
import type { TwilioClient } from "./sdk.ts";

const MAX_CALLS = 1_000;
const LIVE_STATUSES = ["queued", "ringing", "in-progress"] as const;

interface SeenCall {
  readonly sid: string;
  readonly to: string;
  readonly direction: string;
}

/**
 * Where an account's newest calls go, by country. A live call is counted however old it is. Numbers never leave this
 * function.
 */
export function readDestinations(
  client: TwilioClient,
  sid: AccountSid,
  sinceMs: number,
): Promise<{ readonly byCountry: ReadonlyMap<string, number>; readonly live: number }> {
  return asFaults(`calls of ${sid}`, async () => {
    const { calls } = client.api.v2010.accounts(sid);
    const page = { pageSize: MAX_CALLS, limit: MAX_CALLS };
    // A queued call has no start time yet, so the filter by time would hide it.
    const [recent, ...live] = await Promise.all([
      calls.list({ startTimeAfter: new Date(sinceMs), ...page }),
      ...LIVE_STATUSES.map((status) => calls.list({ status, ...page })),
    ]);
    const all = new Map<string, SeenCall>();
    // Twilio documents whole days for that filter, so the hour is looked at again here.
    const inTime = recent.filter((call) => new Date(call.startTime).getTime() >= sinceMs);
    for (const call of [...inTime, ...live.flat()]) all.set(call.sid, call);
    return {
      byCountry: await countByCountry([...all.values()].filter(isOutbound)),
      live: new Set(live.flat().map((call) => call.sid)).size,
    };
  });
}

function isOutbound(call: SeenCall): boolean {
  return call.direction.startsWith("outbound") || call.direction === "trunking-terminating";
}

/** SIP and client addresses have no country and are left out. */
async function countByCountry(calls: readonly SeenCall[]): Promise<ReadonlyMap<string, number>> {
  // The smallest metadata: some 40 ms to load, hence only when calls are looked at.
  const { parsePhoneNumberFromString } = await import("libphonenumber-js/min");
  const counts = new Map<string, number>();
  for (const { to } of calls) {
    const country = to.startsWith("+") ? parsePhoneNumberFromString(to)?.country : undefined;
    if (country !== undefined) counts.set(country, (counts.get(country) ?? 0) + 1);
  }
  return new Map([...counts].sort(([, left], [, right]) => right - left));
}
