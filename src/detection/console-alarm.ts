import type { AlarmSignal } from "../signal/contract.ts";
import { quantity } from "./amount.ts";
import type { Alert, Bucket, Rule, Severity } from "./contract.ts";
import { errorLabel } from "./error-codes.ts";
import { storyOf } from "./error-stories.ts";
import { severityOfBurst, WINDOW_MINUTES } from "./error-story.ts";
import { newestOf, recentSeries } from "./fold.ts";
import { mergeAlerts } from "./merge-alerts.ts";
import { dedupKey } from "./threats.ts";

const ANY_CODE = "console-alarm";

/**
 * An alarm that somebody set in the Console went off. It tells of the same errors as the debugger, so it joins the threat of its
 * code; one for errors of any code has a threat of its own.
 */
export const consoleAlarm: Rule = {
  id: "console-alarm",
  evaluate: ({ buckets, nowMs }) => {
    const alarms = [...recentSeries(buckets, nowMs).values()].flatMap(alarmOf);
    alarms.sort((one, other) => (one.newest.alarmSid < other.newest.alarmSid ? -1 : 1));
    return mergeAlerts(alarms.map(alertOf));
  },
};

interface Alarm {
  readonly newest: AlarmSignal;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

function alarmOf(series: readonly Bucket[]): readonly Alarm[] {
  const signals = series.flatMap(({ last }) => (last.kind === "alarm" ? [last] : []));
  if (signals.length === 0) return [];
  return [
    {
      newest: signals.reduce(newestOf),
      firstAtMs: Math.min(...series.map(({ firstAtMs }) => firstAtMs)),
      lastAtMs: Math.max(...series.map(({ lastAtMs }) => lastAtMs)),
    },
  ];
}

function alertOf({ newest, firstAtMs, lastAtMs }: Alarm): Alert {
  const { accountSid, code, errors, threshold, periodMinutes, alarmSid, level } = newest;
  const story = code === null ? null : storyOf(code);
  const threat = story?.threat ?? ANY_CODE;
  const what = code === null ? `${level}s of any kind` : `times ${errorLabel(code)}`;
  const period = `${quantity(periodMinutes)} minutes`;
  return {
    dedupKey: dedupKey(accountSid, threat),
    accountSid,
    threat,
    severity: severityOf(newest),
    summary: `A Console alarm went off: ${quantity(errors)} ${what} within ${period}.`,
    evidence: [
      { label: "Console alarm", value: `${quantity(errors)} ${what} within ${period}, set to ${quantity(threshold)}` },
      { label: "Alarm", value: alarmSid },
    ],
    firstSignalAtMs: firstAtMs,
    lastSignalAtMs: lastAtMs,
    reportedTodayUsd: null,
    category: story?.category ?? null,
    countries: [],
  };
}

/** Somebody wanted to hear of it, so it is a warning at least; over a longer period errors count for less. */
function severityOf({ code, errors, periodMinutes }: AlarmSignal): Severity {
  if (code === null) return "warning";
  const inWindow = errors * Math.min(1, WINDOW_MINUTES / Math.max(1, periodMinutes));
  return severityOfBurst(storyOf(code), inWindow) ?? "warning";
}
