import { parseAnchor } from "../../audit/anchor.ts";
import { verifiedText, verifyRecords } from "../../audit/verify.ts";
import type { Log } from "../../lib/log.ts";
import { openAuditRecords } from "../../store/audit.ts";
import { attachDatabase } from "../../store/open.ts";
import type { Transcript } from "./transcript.ts";

/** Verifies the record against the newest line of the audit channel. Answers what is wrong, or null. */
export async function auditAgrees(
  dataDir: string,
  newestLine: string,
  log: Log,
  transcript: Transcript,
): Promise<string | null> {
  const anchor = parseAnchor(newestLine);
  if (anchor === undefined) return `the newest audit line has no anchor: ${newestLine}`;
  const database = await attachDatabase({ dataDir, log });
  const audit = openAuditRecords(database.connection, log);
  try {
    const verified = await verifyRecords(audit.records(), database.auditKey, anchor);
    transcript.step(verifiedText(verified));
    if (!verified.ok) return "the audit record does not hold";
    transcript.step(
      `Check it yourself: npm run audit -- verify --anchor '${newestLine.slice(newestLine.lastIndexOf("#"))}'`,
    );
    return null;
  } finally {
    await audit.close();
    await database.close();
  }
}
