import type { Call } from "./model.ts";
import { newSid } from "./sids.ts";

/** Ranges that Ofcom, the Bundesnetzagentur and Arcep keep free for films. */
const CUSTOMERS = [
  { country: "GB", prefix: "+442079460" },
  { country: "DE", prefix: "+493023125" },
  { country: "GB", prefix: "+442079460" },
  { country: "FR", prefix: "+33199001" },
] as const;

const MINUTE_MS = 60_000;
const FINISHED = 48;
const LIVE = 2;
const USD_PER_MINUTE = 0.03;

/** An ordinary day's call log: one call every half hour, the last two of them still up. */
export function ordinaryCalls(accountSid: string, from: string, nowMs: number): Call[] {
  return Array.from({ length: FINISHED + LIVE }, (_, index) => {
    const isLive = index >= FINISHED;
    const startedAtMs = nowMs - (FINISHED + LIVE - index) * (isLive ? 2 : 30) * MINUTE_MS;
    const minutes = isLive ? 25 : 1 + ((index * 7) % 5);
    const customer = CUSTOMERS[index % CUSTOMERS.length] ?? CUSTOMERS[0];
    return {
      sid: newSid("CA"),
      accountSid,
      to: customer.prefix + String(100 + ((index * 37) % 900)),
      from,
      country: customer.country,
      direction: "outbound-api",
      status: isLive ? "in-progress" : "completed",
      createdAtMs: startedAtMs - 1_000,
      startedAtMs,
      endedAtMs: isLive ? null : startedAtMs + minutes * MINUTE_MS,
      talkMs: minutes * MINUTE_MS,
      usdPerMinute: USD_PER_MINUTE,
      // What is over is in the computed history already.
      billedMinutes: minutes,
    };
  });
}
