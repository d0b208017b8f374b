import { createLog } from "../lib/log.ts";
import { attachDatabase } from "../store/open.ts";
import { auditEnvironment, auditKey, auditPlace } from "./audit-source.ts";
import { note, say } from "./output.ts";
import { Problem } from "./problem.ts";
import { stopSignal } from "./signals.ts";

/** Keeps the embedded database running until Ctrl-C, for somebody who wants to look inside with `psql`. */
export async function auditOpen(): Promise<number> {
  const environment = auditEnvironment();
  const place = auditPlace(environment);
  if (place.kind === "database") throw new Problem("DATABASE_URL is set: that database runs by itself.");
  const log = createLog("error", { write: (line) => process.stderr.write(line) });
  const { dataDir } = place;
  const database = await attachDatabase({ dataDir, auditKey: await auditKey(place, environment), log });
  note(`The embedded PostgreSQL in ${dataDir} runs until you press Ctrl-C. The records are in the table audit_record.`);
  say(database.psqlLine ?? "");
  await stopSignal(log);
  await database.close();
  return 0;
}
