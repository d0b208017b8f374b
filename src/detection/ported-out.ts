import { masked } from "../lib/masked.ts";
import type { Rule } from "./contract.ts";
import { recentSeries } from "./fold.ts";
import { counted, gmt } from "./phrase.ts";
import { dedupKey } from "./threats.ts";

const THREAT = "ported-out";
const MAX_SHOWN = 8;

interface Gone {
  readonly number: string;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Undefined: Twilio told that it went to another carrier. */
  readonly lastSeenAtMs: number | undefined;
}

/**
 * A number went to another carrier. It is after the fact: whoever took it receives its calls and codes from now on. A number that is
 * only missing may have gone there; once Twilio tells so, that is what counts.
 */
export const portedOut: Rule = {
  id: "ported-out",
  evaluate({ accountSid, buckets, nowMs }) {
    const seen = [...recentSeries(buckets, nowMs).values()]
      .flat()
      .flatMap(({ last, firstAtMs, lastAtMs }): readonly Gone[] =>
        last.kind === "ported-out"
          ? [{ number: last.number, firstAtMs, lastAtMs, lastSeenAtMs: last.lastSeenAtMs }]
          : [],
      )
      .sort((one, other) => one.firstAtMs - other.firstAtMs || (one.number < other.number ? -1 : 1));
    if (seen.length === 0) return [];
    const told = new Map(seen.filter(isTold).map((port) => [port.number, port]));
    const missing = new Map(seen.filter(({ number }) => !told.has(number)).map((one) => [one.number, one]));
    const numbers = [...told.values(), ...missing.values()];
    return [
      {
        dedupKey: dedupKey(accountSid, THREAT),
        accountSid,
        threat: THREAT,
        severity: told.size > 0 ? "critical" : "warning",
        summary: summaryOf(told.size, missing.size),
        evidence: numbers.slice(0, MAX_SHOWN).map((one, index) => ({
          label: `${isTold(one) ? "Ported out" : "Missing"}${numbers.length === 1 ? "" : ` (${index + 1})`}`,
          value: `${masked(one.number)}, ${timeOf(one)}`,
        })),
        firstSignalAtMs: Math.min(...seen.map(({ firstAtMs }) => firstAtMs)),
        lastSignalAtMs: Math.max(...seen.map(({ lastAtMs }) => lastAtMs)),
        reportedTodayUsd: null,
        category: null,
        countries: [],
        confidence: told.size > 0 ? "medium" : "low",
        affectedNumbers: numbers.length,
      },
    ];
  },
};

function isTold({ lastSeenAtMs }: Gone): boolean {
  return lastSeenAtMs === undefined;
}

function timeOf({ lastAtMs, lastSeenAtMs }: Gone): string {
  return lastSeenAtMs === undefined ? gmt(lastAtMs) : `last seen there ${gmt(lastSeenAtMs)}`;
}

function summaryOf(told: number, missing: number): string {
  const left = `${counted(told, "phone number")} of this account went to another carrier: what is sent to it arrives there now.`;
  const gone =
    missing === 1
      ? "is not on this account any more, and nothing in Twilio's record says that somebody released it: it may have gone to another carrier."
      : "are not on this account any more, and nothing in Twilio's record says that somebody released them: they may have gone to another carrier.";
  if (missing === 0) return left;
  return told === 0 ? `${counted(missing, "phone number")} ${gone}` : `${left} ${missing} more ${gone}`;
}
