import { type Logger, pino } from "pino";

export type Log = Logger;
export type LogLevel = "silent" | "fatal" | "error" | "warn" | "info" | "debug" | "trace";

/**
 * A static message plus fields from this list: ids, kinds, counts, codes, milliseconds. Never a body, a header, a token,
 * a phone number or message text. Fields that are not listed are dropped, so a careless call leaks nothing.
 */
const FIELDS = new Set([
  "accountSid",
  "address",
  "approvalId",
  "attempt",
  "backend",
  "category",
  "channel",
  "code",
  "component",
  "count",
  "country",
  "dataDir",
  "file",
  "incidentId",
  "job",
  "jobId",
  "kind",
  "line",
  "method",
  "ms",
  "name",
  "personId",
  "pid",
  "platform",
  "port",
  "problem",
  "queue",
  "reason",
  "remediation",
  "route",
  "runId",
  "sequence",
  "signal",
  "status",
  "step",
  "stream",
  "url",
  "variable",
  "version",
]);

function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (FIELDS.has(name)) kept[name] = value;
    else if (name === "err" && value instanceof Error) kept["problem"] = value.message;
  }
  return kept;
}

export function createLog(level: LogLevel, destination?: { write(line: string): void }): Log {
  const options = { level, base: null, formatters: { log: allowed, level: (label: string) => ({ level: label }) } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
