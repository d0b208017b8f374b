import { z } from "zod";
import type { AccountSid } from "../lib/id.ts";
import type { ConversionReadingSignal, ReceivedSignal } from "./contract.ts";
import { country, moment, word } from "./record.ts";

const Count = z.number().int().nonnegative().catch(0);
const Summary = z.object({ totalAttempts: Count, totalConverted: Count });

const Attempt = z.object({
  sid: z.string().max(64),
  conversionStatus: word,
  dateCreated: moment,
  channelData: z
    .object({ country: country.nullish().catch(null) })
    .nullish()
    .catch(null),
});

const MOST_COUNTRIES = 20;
const MINUTE_MS = 60_000;

interface Read {
  readonly accountSid: AccountSid;
  readonly sinceMs: number;
  readonly readAtMs: number;
}

/**
 * Verify's summary of attempts, and of the newest attempts by country as far as they were read (none: the summary alone). A
 * summary that makes no sense says nothing. https://www.twilio.com/docs/verify/api/list-verification-attempts
 */
export function conversionsOf(summary: unknown, attempts: readonly unknown[], read: Read): readonly ReceivedSignal[] {
  const total = Summary.safeParse(summary).data;
  if (total === undefined || total.totalAttempts === 0) return [];
  const all = {
    country: null,
    attempts: total.totalAttempts,
    converted: Math.min(total.totalConverted, total.totalAttempts),
  };
  return [reading(all, read.sinceMs, read), ...countriesOf(attempts, read)];
}

interface Counted {
  readonly country: string | null;
  readonly attempts: number;
  readonly converted: number;
}

function countriesOf(attempts: readonly unknown[], read: Read): readonly ReceivedSignal[] {
  const known = new Map<string, Counted>();
  let oldestMs = read.readAtMs;
  for (const record of attempts) {
    const attempt = Attempt.safeParse(record).data;
    const named = attempt?.channelData?.country ?? null;
    if (attempt === undefined || named === null) continue;
    oldestMs = Math.min(oldestMs, attempt.dateCreated ?? oldestMs);
    const before = known.get(named) ?? { country: named, attempts: 0, converted: 0 };
    const converted = before.converted + (attempt.conversionStatus === "converted" ? 1 : 0);
    known.set(named, { country: named, attempts: before.attempts + 1, converted });
  }
  return [...known.values()]
    .sort((one, other) => other.attempts - one.attempts)
    .slice(0, MOST_COUNTRIES)
    .map((one) => reading(one, Math.max(oldestMs, read.sinceMs), read));
}

function reading(counted: Counted, sinceMs: number, { accountSid, readAtMs }: Read): ReceivedSignal {
  const signal: ConversionReadingSignal = {
    kind: "conversion-reading",
    accountSid,
    atMs: readAtMs,
    sinceMs,
    ...counted,
  };
  const minute = Math.floor(readAtMs / MINUTE_MS);
  return { sourceKey: `conversion:${accountSid}:${counted.country ?? "all"}:${minute}`, signal };
}
