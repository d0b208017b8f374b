import { z } from "zod";
import { Fault } from "../lib/fault.ts";
import { bodyOf } from "./body.ts";
import type { Actor, AuditRecord } from "./envelope.ts";
import { sentence } from "./sentence.ts";

/** One line of JSONL, without its line end: all that `verify --file` needs. */
export function toJsonLine({ sequence, stream, version, body, mac }: AuditRecord): string {
  return JSON.stringify({ sequence, stream, version, body, mac });
}

const Line = z.strictObject({
  sequence: z.int().positive(),
  stream: z.string(),
  version: z.int().positive().nullable(),
  body: z.string(),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Reads an export back. Throws a `Fault` that names the line which is none of ours. */
export async function* parseJsonLines(lines: AsyncIterable<string>): AsyncGenerator<AuditRecord> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    yield parseJsonLine(line, number);
  }
}

function parseJsonLine(line: string, number: number): AuditRecord {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (cause) {
    throw new Fault("rejected", `line ${number} of the export is not JSON`, { cause });
  }
  const parsed = Line.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") || "its fields";
  throw new Fault("rejected", `line ${number} of the export is no audit record: look at ${where}`);
}

const CSV_COLUMNS = [
  "sequence",
  "time",
  "actor",
  "platform",
  "account",
  "incident",
  "type",
  "cause",
  "detail",
  "stream",
  "data",
  "mac",
] as const;

/** https://www.rfc-editor.org/rfc/rfc4180: lines end with CRLF. */
const CSV_LINE_END = "\r\n";

export const CSV_HEADER = CSV_COLUMNS.join(",") + CSV_LINE_END;

/** One CSV line (RFC 4180) with its line end. Time is UTC. */
export function toCsvLine(record: AuditRecord): string {
  const body = bodyOf(record);
  const fields: Record<(typeof CSV_COLUMNS)[number], string> = {
    sequence: String(record.sequence),
    time: new Date(body.atMs).toISOString(),
    actor: actorName(body.actor),
    platform: "platform" in body.actor ? body.actor.platform : "",
    account: body.accountSid ?? "",
    incident: body.incidentId ?? "",
    type: body.type,
    cause: body.cause,
    detail: sentence(body),
    stream: record.stream,
    // All that there is, parameters included: an auditor looks here for exactly which keys.
    data: JSON.stringify(body.data),
    mac: record.mac,
  };
  return CSV_COLUMNS.map((column) => csvField(fields[column])).join(",") + CSV_LINE_END;
}

function actorName(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return `${actor.personId} (${actor.name})`;
    case "stranger":
      return actor.userId;
    case "twilio":
      return "twilio";
    case "tollgate":
      return `tollgate ${actor.part}`;
  }
}

/** A spreadsheet would run these as a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const STARTS_LIKE_A_FORMULA = /^[=+\-@\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

function csvField(text: string): string {
  const harmless = STARTS_LIKE_A_FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
