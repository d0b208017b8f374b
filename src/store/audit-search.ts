import type { AuditRecord } from "../audit/envelope.ts";
import type { AuditQuery } from "../command/contract.ts";
import type { Database } from "./database.ts";

const COLUMNS = "sequence, stream, version, body, mac";

/** One statement for each question, so that each is planned with the index made for it. */
const BY = {
  incident: `select ${COLUMNS} from audit_record where audit_incident(body) = $1 order by sequence desc limit $2`,
  person: `select ${COLUMNS} from audit_record where audit_person(body) = $1 order by sequence desc limit $2`,
  account: `select ${COLUMNS} from audit_record where audit_account(body) = $1 order by sequence desc limit $2`,
  // Ordered as its index is: clocks of two replicas differ by less than anybody reads.
  since: `select ${COLUMNS} from audit_record where audit_at_ms(body) >= $1
    order by audit_at_ms(body) desc, sequence desc limit $2`,
} as const;

export async function searchAudit(
  database: Database,
  about: AuditQuery,
  limit: number,
): Promise<readonly AuditRecord[]> {
  const records = await database.run<AuditRecord>(BY[about.about], [soughtBy(about), limit], `audit-${about.about}`);
  return about.about === "since" ? records.toSorted((one, other) => other.sequence - one.sequence) : records;
}

/** Texts as they stand in the record's JSON. */
function soughtBy(about: AuditQuery): string | number {
  switch (about.about) {
    case "incident":
      return JSON.stringify(about.incidentId);
    case "person":
      return JSON.stringify(about.personId);
    case "account":
      return JSON.stringify(about.accountSid);
    case "since":
      return Math.ceil(about.sinceMs);
  }
}
