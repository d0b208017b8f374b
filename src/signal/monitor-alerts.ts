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

/** The rules count errors within this time. */
const BURST_MS = 5 * 60_000;
/** What is older counts from when it is folded (`store/fold.ts`), all of it at once. */
const OLD_AFTER_MS = 30 * 60_000;

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
  // It is known to have been within five minutes: one minute for all of it, so that no edge of a minute cuts it.
  const [earliest] = burst;
  return burst.map((one) => ({ ...one, signal: atOnce(one.signal, earliest?.signal.atMs) }));
}

function atOnce(signal: Signal, happenedAtMs: number | undefined): Signal {
  return signal.kind === "error" && happenedAtMs !== undefined ? { ...signal, happenedAtMs } : signal;
}
