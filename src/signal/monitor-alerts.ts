import { z } from "zod";
import type { AccountSid } from "../lib/id.ts";
import type { ErrorSignal, ReceivedSignal, Signal } from "./contract.ts";
import { moment, word } from "./record.ts";

const AlertRecord = z.object({
  sid: z.string().regex(/^NO[0-9a-f]{32}$/),
  errorCode: z.union([z.string().regex(/^\d{1,10}$/), z.number().int().nonnegative().transform(String)]),
  logLevel: word,
  resourceSid: word,
  dateGenerated: moment,
  dateCreated: moment,
});

/**
 * A record of Monitor Alerts. Its key is the one that the debugger webhook has for the same error, so that whichever comes second
 * counts for nothing. Null when it makes no sense. https://www.twilio.com/docs/usage/monitor-alert
 */
export function errorOf(record: unknown, accountSid: AccountSid, readAtMs: number): ReceivedSignal | null {
  const parsed = AlertRecord.safeParse(record);
  if (!parsed.success) return null;
  const alert = parsed.data;
  const signal: ErrorSignal = {
    kind: "error",
    accountSid,
    atMs: Math.min(alert.dateGenerated ?? alert.dateCreated ?? readAtMs, readAtMs),
    code: alert.errorCode,
    level: alert.logLevel?.toLowerCase() === "error" ? "error" : "warning",
    resourceSid: /^[A-Za-z0-9]{1,64}$/.test(alert.resourceSid ?? "") ? alert.resourceSid : null,
  };
  return { sourceKey: `debugger:${accountSid}:${alert.sid}`, signal };
}

const MINUTE_MS = 60_000;
/** The rules count errors within this time. */
const BURST_MS = 5 * MINUTE_MS;
/** What is older counts from when it is folded (`store/fold.ts`), all of it at once. */
const OLD_AFTER_MS = 30 * MINUTE_MS;

/**
 * After a day without us, a day of ordinary errors would look like one burst. So of those that are old, only the worst five minutes
 * of each code are told: a burst that was one is found, and a trickle stays a trickle.
 */
export function worstOfOld(errors: readonly ReceivedSignal[], readAtMs: number): readonly ReceivedSignal[] {
  const recent: ReceivedSignal[] = [];
  const oldByCode = new Map<string, ReceivedSignal[]>();
  for (const error of errors) {
    const { signal } = error;
    if (signal.kind !== "error" || signal.atMs >= readAtMs - OLD_AFTER_MS) recent.push(error);
    else {
      const same = oldByCode.get(signal.code);
      if (same === undefined) oldByCode.set(signal.code, [error]);
      else same.push(error);
    }
  }
  return [...[...oldByCode.values()].flatMap(worstBurst), ...recent];
}

function worstBurst(errors: readonly ReceivedSignal[]): readonly ReceivedSignal[] {
  const sorted = [...errors].sort((one, other) => one.signal.atMs - other.signal.atMs);
  let worst = { first: 0, count: 0 };
  let first = 0;
  for (const [index, { signal }] of sorted.entries()) {
    while ((sorted[first]?.signal.atMs ?? signal.atMs) <= signal.atMs - BURST_MS) first += 1;
    const count = index + 1 - first;
    if (count > worst.count) worst = { first, count };
  }
  const burst = sorted.slice(worst.first, worst.first + worst.count);
  // Five minutes may touch six whole ones, and the rules count by whole ones: what is in the sixth counts in the fifth. Every other
  // keeps its own, in which its neighbours are told by others.
  const [earliest] = burst;
  if (earliest === undefined) return burst;
  const lastMs = Math.floor(earliest.signal.atMs / MINUTE_MS) * MINUTE_MS + BURST_MS - 1;
  return burst.map((one) => ({ ...one, signal: happenedBy(lastMs, one.signal) }));
}

function happenedBy(lastMs: number, signal: Signal): Signal {
  return signal.kind === "error" ? { ...signal, happenedAtMs: Math.min(signal.atMs, lastMs) } : signal;
}
