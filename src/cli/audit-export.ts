import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { bodyOf } from "../audit/body.ts";
import type { AuditBody, AuditRecord } from "../audit/envelope.ts";
import { CSV_HEADER, toCsvLine, toJsonLine } from "../audit/export.ts";
import { auditEnvironment, auditKey, auditPlace, openAudit } from "./audit-source.ts";
import { note } from "./output.ts";
import { Problem } from "./problem.ts";

interface ExportOptions {
  readonly format: "jsonl" | "csv";
  readonly out?: string;
  readonly incident?: string;
  readonly since?: string;
}

/** Writes the record and answers the exit code. Throws when it cannot be read or written. */
export async function auditExport({ format, out, incident, since }: ExportOptions): Promise<number> {
  const sinceMs = since === undefined ? undefined : readDate(since);
  const isWanted = ({ incidentId, atMs }: AuditBody) =>
    (incident === undefined || incidentId === incident) && (sinceMs === undefined || atMs >= sinceMs);
  const isFiltered = incident !== undefined || sinceMs !== undefined;
  const environment = auditEnvironment();
  const place = auditPlace(environment);
  const store = await openAudit(place, await auditKey(place, environment));
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    if (format === "csv") yield CSV_HEADER;
    for await (const record of store.records()) {
      if (isFiltered && !isWanted(readable(record, bodyOf))) continue;
      count += 1;
      yield format === "csv" ? readable(record, toCsvLine) : `${toJsonLine(record)}\n`;
    }
  }
  try {
    if (out === undefined) await pipeline(Readable.from(lines()), process.stdout, { end: false });
    // Names and reasons of people are in it.
    else await pipeline(Readable.from(lines()), createWriteStream(out, { mode: 0o600 }));
  } catch (error) {
    // `| head` has seen enough.
    if (!isBrokenPipe(error)) throw error;
  } finally {
    await store.close();
  }
  note(`Exported: ${count === 1 ? "1 record" : `${count} records`}${out === undefined ? "" : ` to ${out}`}`);
  if (isFiltered) note("This is a part of the record: `audit verify --file` cannot check it.");
  else if (format === "csv") note("Only a jsonl export can be checked with `audit verify --file`.");
  return 0;
}

/** A record that somebody broke can be exported as it is, but not taken apart. */
function readable<Answer>(record: AuditRecord, read: (record: AuditRecord) => Answer): Answer {
  try {
    return read(record);
  } catch (cause) {
    const way = "run `audit verify`, and export as jsonl without a filter.";
    throw new Problem(`record ${record.sequence} cannot be read: ${way}`, { cause });
  }
}

function readDate(text: string): number {
  const atMs = Date.parse(text);
  if (!Number.isNaN(atMs)) return atMs;
  throw new Problem("--since expects a date such as 2026-03-01 or 2026-03-01T12:00:00Z");
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
