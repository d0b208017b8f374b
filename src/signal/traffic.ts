import { z } from "zod";
import type { AccountSid } from "../lib/id.ts";
import type { TrafficReadingSignal } from "./contract.ts";
import { amount, moment, word } from "./record.ts";

/** A call or a message of the log, in our words. */
interface Logged {
  readonly sid: string;
  readonly to: string;
  readonly direction: string;
  readonly priceUsd: number | null;
}

export interface LoggedCall extends Logged {
  readonly status: string;
  /** Null until it is ringing or answered. */
  readonly startedAtMs: number | null;
  /** Null until it is over. */
  readonly seconds: number | null;
}

export interface LoggedMessage extends Logged {
  readonly createdAtMs: number | null;
  readonly updatedAtMs: number | null;
  /** Twilio's error code when it was not delivered. */
  readonly code: string | null;
}

const Dialled = z.string().max(300).catch("");
const Sid = z.string().regex(/^[A-Z]{2}[0-9a-fA-F]{32}$/);
const Direction = word.transform((direction) => direction ?? "");

const CallRecord = z
  .object({
    sid: Sid,
    to: Dialled,
    direction: Direction,
    status: word,
    startTime: moment,
    duration: amount,
    price: amount,
  })
  .transform(
    (call): LoggedCall => ({
      sid: call.sid,
      to: call.to,
      direction: call.direction,
      status: call.status ?? "",
      startedAtMs: call.startTime,
      seconds: call.duration,
      priceUsd: money(call.price),
    }),
  );

const MessageRecord = z
  .object({
    sid: Sid,
    to: Dialled,
    direction: Direction,
    errorCode: amount,
    dateCreated: moment,
    dateUpdated: moment,
    price: amount,
  })
  .transform(
    (message): LoggedMessage => ({
      sid: message.sid,
      to: message.to,
      direction: message.direction,
      createdAtMs: message.dateCreated,
      updatedAtMs: message.dateUpdated,
      code: message.errorCode === null || message.errorCode <= 0 ? null : String(message.errorCode),
      priceUsd: money(message.price),
    }),
  );

/** Twilio's price is what the account's balance changes by: a negative number, and late. */
function money(price: number | null): number | null {
  return price === null ? null : Math.abs(price);
}

/** Null when it makes no sense. https://www.twilio.com/docs/voice/api/call-resource */
export function loggedCall(record: unknown): LoggedCall | null {
  return CallRecord.safeParse(record).data ?? null;
}

/** The text of the message is never looked at. https://www.twilio.com/docs/messaging/api/message-resource */
export function loggedMessage(record: unknown): LoggedMessage | null {
  return MessageRecord.safeParse(record).data ?? null;
}

interface Read {
  readonly accountSid: AccountSid;
  /** What began after this, and up to that: each call and message is in one reading only. */
  readonly sinceMs: number;
  readonly upToMs: number;
  readonly readAtMs: number;
  /** ISO 3166; null for SIP, client and what is no number. */
  readonly countryOf: (number: string) => string | null;
  /** The log had more than these. Default false. */
  readonly isCut?: boolean;
}

const MINUTE_MS = 60_000;
const MOST_DESTINATIONS = 30;
const MOST_CODES = 20;
const LIVE = new Set(["queued", "ringing", "in-progress"]);

function isLiveCall({ status }: LoggedCall): boolean {
  return LIVE.has(status);
}

/** Calls that an account paid to place. */
function isOutboundCall({ direction }: LoggedCall): boolean {
  return direction.startsWith("outbound") || direction === "trunking-terminating";
}

/** The call log since the last reading, live calls whatever their age; a queued one has not begun. The same call may be in `calls` twice. */
export function callTraffic(calls: readonly LoggedCall[], longCallMinutes: number, read: Read): TrafficReadingSignal {
  const { readAtMs } = read;
  const all = [...new Map(calls.map((call) => [call.sid, call])).values()].filter(isOutboundCall);
  const live = all.filter(isLiveCall);
  const fresh = all.filter(({ startedAtMs }) => isBetween(startedAtMs, read));
  const seconds = new Map(all.map((call) => [call.sid, secondsOf(call, readAtMs)]));
  const isLong = (call: LoggedCall): boolean => (seconds.get(call.sid) ?? 0) >= longCallMinutes * 60;
  const looked = [...new Set([...fresh, ...live])];
  return {
    ...core("calls", read),
    total: fresh.length,
    live: live.length,
    longCalls: looked.filter(isLong).length,
    longestSeconds: looked.reduce((longest, { sid }) => Math.max(longest, seconds.get(sid) ?? 0), 0),
    destinations: destinationsOf(fresh, read, ({ sid }) => seconds.get(sid) ?? 0),
    neighbours: neighboursOf(fresh, read),
    failures: [],
  };
}

function secondsOf(call: LoggedCall, readAtMs: number): number {
  if (!isLiveCall(call)) return call.seconds ?? 0;
  // Queued and ringing calls have not been paid for yet.
  if (call.status !== "in-progress" || call.startedAtMs === null) return 0;
  return Math.max(0, Math.round((readAtMs - call.startedAtMs) / 1_000));
}

/**
 * The message log since the last reading. What failed is counted when it failed, which is later than it was sent: the log is read
 * further back for it.
 */
export function messageTraffic(messages: readonly LoggedMessage[], read: Read): TrafficReadingSignal {
  const all = [...new Map(messages.map((message) => [message.sid, message])).values()].filter(({ direction }) =>
    direction.startsWith("outbound"),
  );
  const fresh = all.filter(({ createdAtMs }) => isBetween(createdAtMs, read));
  const failures = new Map<string, number>();
  for (const { code, updatedAtMs, createdAtMs } of all) {
    if (code !== null && isBetween(updatedAtMs ?? createdAtMs, read)) failures.set(code, (failures.get(code) ?? 0) + 1);
  }
  return {
    ...core("messages", read),
    total: fresh.length,
    live: 0,
    longCalls: 0,
    longestSeconds: 0,
    destinations: destinationsOf(fresh, read, () => 0),
    neighbours: neighboursOf(fresh, read),
    failures: [...failures]
      .map(([code, count]) => ({ code, count }))
      .sort((one, other) => other.count - one.count)
      .slice(0, MOST_CODES),
  };
}

function isBetween(atMs: number | null, { sinceMs, upToMs }: Read): boolean {
  return atMs !== null && atMs > sinceMs && atMs <= upToMs;
}

/** True when there is nothing to tell. */
export function isSilent({ total, live, failures }: TrafficReadingSignal): boolean {
  return total === 0 && live === 0 && failures.length === 0;
}

/** One reading of a medium in a minute: a second one in the same minute tells nothing new. */
export function trafficKey({ accountSid, medium, atMs }: TrafficReadingSignal): string {
  return `traffic:${accountSid}:${medium}:${Math.floor(atMs / MINUTE_MS)}`;
}

function core(medium: "calls" | "messages", { accountSid, sinceMs, readAtMs, isCut }: Read) {
  const reading = { kind: "traffic-reading", accountSid, atMs: readAtMs, medium, sinceMs } as const;
  return isCut === true ? { ...reading, isCut } : reading;
}

type Destination = TrafficReadingSignal["destinations"][number];

function destinationsOf<One extends Logged>(
  all: readonly One[],
  { countryOf }: Read,
  secondsOf: (one: One) => number,
): readonly Destination[] {
  const byCountry = new Map<string, Destination>();
  for (const one of all) {
    const country = countryOf(one.to);
    if (country === null) continue;
    const known = byCountry.get(country);
    const { priceUsd } = one;
    byCountry.set(country, {
      country,
      count: (known?.count ?? 0) + 1,
      seconds: (known?.seconds ?? 0) + secondsOf(one),
      spendUsd: priceUsd === null ? (known?.spendUsd ?? null) : (known?.spendUsd ?? 0) + priceUsd,
    });
  }
  return [...byCountry.values()].sort((one, other) => other.count - one.count).slice(0, MOST_DESTINATIONS);
}

/** So many different numbers that differ in the last three digits only are no chance. */
const FEWEST_NEIGHBOURS = 5;
const E164 = /^\+\d{7,15}$/;
/** Digits of a block that people see; a whole number is never in it. */
const SHOWN_DIGITS = 6;

function neighboursOf(all: readonly Logged[], { countryOf }: Read): TrafficReadingSignal["neighbours"] {
  const blocks = new Map<string, Set<string>>();
  for (const { to } of all) {
    if (!E164.test(to)) continue;
    const block = to.slice(0, -3);
    const numbers = blocks.get(block);
    if (numbers === undefined) blocks.set(block, new Set([to]));
    else numbers.add(to);
  }
  let fullest: { readonly block: string; readonly numbers: ReadonlySet<string> } | null = null;
  for (const [block, numbers] of blocks) {
    if (numbers.size > (fullest?.numbers.size ?? FEWEST_NEIGHBOURS - 1)) fullest = { block, numbers };
  }
  const [one] = fullest?.numbers ?? [];
  const country = one === undefined ? null : countryOf(one);
  if (fullest === null || country === null) return null;
  return { block: `${fullest.block.slice(0, 1 + SHOWN_DIGITS)}***`, country, numbers: fullest.numbers.size };
}
