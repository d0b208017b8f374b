import { masked } from "../lib/masked.ts";
import type { Rule } from "./contract.ts";
import { recentSeries } from "./fold.ts";
import { counted, gmt } from "./phrase.ts";
import { dedupKey } from "./threats.ts";

const THREAT = "ported-out";
const MAX_SHOWN = 8;

/** A number went to another carrier. It is after the fact: whoever took it receives its calls and codes from now on. */
export const portedOut: Rule = {
  id: "ported-out",
  evaluate({ accountSid, buckets, nowMs }) {
    const left = [...recentSeries(buckets, nowMs).values()]
      .flat()
      .flatMap(({ last, firstAtMs, lastAtMs }) =>
        last.kind === "ported-out" ? [{ number: last.number, firstAtMs, lastAtMs }] : [],
      )
      .sort((one, other) => one.firstAtMs - other.firstAtMs || (one.number < other.number ? -1 : 1));
    const numbers = new Map(left.map((port) => [port.number, port]));
    if (numbers.size === 0) return [];
    return [
      {
        dedupKey: dedupKey(accountSid, THREAT),
        accountSid,
        threat: THREAT,
        severity: "critical",
        summary: `${counted(numbers.size, "phone number")} of this account went to another carrier: what is sent to it arrives there now.`,
        evidence: [...numbers.values()].slice(0, MAX_SHOWN).map(({ number, lastAtMs }, index) => ({
          label: numbers.size === 1 ? "Ported out" : `Ported out (${index + 1})`,
          value: `${masked(number)}, ${gmt(lastAtMs)}`,
        })),
        firstSignalAtMs: Math.min(...left.map(({ firstAtMs }) => firstAtMs)),
        lastSignalAtMs: Math.max(...left.map(({ lastAtMs }) => lastAtMs)),
        reportedTodayUsd: null,
        category: null,
        countries: [],
        confidence: "medium",
        affectedNumbers: numbers.size,
      },
    ];
  },
};
