import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "../audit/envelope.ts";
import { type AuditEnvironment, DEFAULT_DEMO_DIR, processSources, readAuditEnvironment } from "../config.ts";
import { createLog } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import { openAuditRecords } from "../store/audit.ts";
import { loadAuditKey } from "../store/audit-key.ts";
import { attachDatabase } from "../store/open.ts";
import { note } from "./output.ts";
import { Problem } from "./problem.ts";

const DEFAULT_FOLDER = "./data";
/** The demo puts this file into its folder. */
const DEMO_MARKER = "tollgate-demo";

/** Where the audit record is. */
export type AuditPlace =
  | { readonly kind: "database"; readonly databaseUrl: Secret }
  /** The demo ignores the environment's key and channels, so its folder is read without them too. */
  | { readonly kind: "folder"; readonly dataDir: string; readonly isDemo: boolean };

/** Throws a `Problem` that lists all that is wrong with the environment. */
export function auditEnvironment(): AuditEnvironment {
  const read = readAuditEnvironment(processSources().env);
  if (!read.ok) throw new Problem(`the environment is wrong.\n${read.problems.join("\n")}`);
  return read.environment;
}

export function auditPlace({ databaseUrl, dataDir }: AuditEnvironment): AuditPlace {
  if (databaseUrl !== undefined) return { kind: "database", databaseUrl };
  const folders = dataDir === undefined ? [DEFAULT_FOLDER, DEFAULT_DEMO_DIR] : [dataDir];
  const found = folders.find((folder) => existsSync(join(folder, "postgres")));
  if (found !== undefined) return { kind: "folder", dataDir: found, isDemo: existsSync(join(found, DEMO_MARKER)) };
  throw new Problem(
    `there is no Tollgate data in ${folders.join(" or ")}: set DATABASE_URL or DATA_DIR to what Tollgate runs with, ` +
      "or run it in the same folder.",
  );
}

export async function auditKey(place: AuditPlace, environment: AuditEnvironment): Promise<Secret> {
  const isOwn = place.kind === "folder" && place.isDemo;
  if (environment.auditKey !== undefined && !isOwn) return environment.auditKey;
  // With DATABASE_URL the environment is refused without AUDIT_KEY.
  const key = place.kind === "folder" ? await loadAuditKey(place.dataDir) : undefined;
  if (key !== undefined) return key;
  throw new Problem("the audit key is missing: set AUDIT_KEY to the one that Tollgate runs with.");
}

interface OpenAudit {
  /** From the first to the newest. */
  records(): AsyncIterable<AuditRecord>;
  /** The newest record as the store remembers it apart from the records. */
  head(): Promise<{ readonly sequence: number; readonly mac: string }>;
  close(): Promise<void>;
}

/** Opens the records beside a Tollgate that may be running, and says which they are. Nothing is written. */
export async function openAudit(place: AuditPlace, key: Secret): Promise<OpenAudit> {
  const log = createLog("error", { write: (line) => process.stderr.write(line) });
  const where =
    place.kind === "database"
      ? { databaseUrl: place.databaseUrl, dataDir: DEFAULT_FOLDER }
      : { dataDir: place.dataDir };
  const database = await attachDatabase({ ...where, auditKey: key, log });
  if (place.kind === "database") note("Audit record: the database of DATABASE_URL");
  else note(`Audit record: the embedded PostgreSQL in ${place.dataDir}`);
  if (database.psqlLine !== null) {
    const how = database.wasRunning
      ? "Look inside with"
      : "Keep it running with `tollgate audit open` (or `npm run audit -- open`), then look inside with";
    note(`${how}: ${database.psqlLine}`);
  }
  const records = openAuditRecords(database.connection, log);
  return {
    records: () => records.records(),
    head: () => records.head(),
    async close() {
      await records.close();
      await database.close();
    },
  };
}
