import type { Rule } from "./contract.ts";
import { newestOf, recentSeries } from "./fold.ts";
import { gmt, listed } from "./phrase.ts";
import { dedupKey } from "./threats.ts";

const THREAT = "quiet-source";

const NAMES: Readonly<Record<string, string>> = {
  "usage-trigger": "usage triggers",
  debugger: "the debugger webhook",
  alarm: "Console alarms",
  events: "Event Streams",
  porting: "the porting webhook",
  "poll-usage": "Usage Records",
  "poll-events": "Monitor Events",
  "poll-alerts": "Monitor Alerts",
  "poll-calls": "the call log",
  "poll-messages": "the message log",
  "poll-conversions": "the attempts of Verify",
  "poll-numbers": "the list of phone numbers",
};

/** A source says nothing although its account has traffic: whoever attacks first makes it silent. */
export const quietSource: Rule = {
  id: "quiet-source",
  evaluate({ accountSid, buckets, nowMs }) {
    const quiet = [...recentSeries(buckets, nowMs).values()]
      .flatMap((series) => {
        const signals = series.flatMap(({ last }) => (last.kind === "quiet-source" ? [last] : []));
        return signals.length === 0 ? [] : [signals.reduce(newestOf)];
      })
      .sort((one, other) => (one.source < other.source ? -1 : 1));
    if (quiet.length === 0) return [];
    const names = quiet.map(({ source }) => NAMES[source] ?? source);
    return [
      {
        dedupKey: dedupKey(accountSid, THREAT),
        accountSid,
        threat: THREAT,
        severity: "warning",
        summary: `Nothing comes from ${listed(names)} although the account has traffic: it was turned off, or cannot reach Tollgate.`,
        evidence: quiet.slice(0, 9).map(({ quietSinceMs }, index) => ({
          label: `Nothing from ${names[index] ?? ""}`,
          value: `since ${gmt(quietSinceMs)}`,
        })),
        firstSignalAtMs: Math.min(...quiet.map(({ quietSinceMs, atMs }) => Math.min(quietSinceMs, atMs))),
        lastSignalAtMs: Math.max(...quiet.map(({ atMs }) => atMs)),
        reportedTodayUsd: null,
        category: null,
        countries: [],
        confidence: quiet.length === 1 ? "low" : "medium",
      },
    ];
  },
};
