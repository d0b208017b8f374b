import { sql } from "kysely";
import type { Threat } from "../detection/contract.ts";
import type { IncidentId } from "../lib/id.ts";
import type { IncidentIndex } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

/** As an older version left them, too: it may work beside this one. */
const THREAT = sql<Threat>`coalesce(threat, substr(dedup_key, strpos(dedup_key, '.') + 1))`;
const OPENED_AT_MS = sql<number>`coalesce(opened_at_ms, changed_at_ms)`;

export function createIncidentIndex({ db }: Database): IncidentIndex {
  return {
    async nextId() {
      const { rows } = await sql<{ id: string }>`select nextval('incident_number')::text as id`.execute(db);
      const id = rows[0]?.id;
      if (id === undefined) throw new Error("the sequence of incident numbers answered nothing");
      return id as IncidentId;
    },

    async latest(dedupKey) {
      const row = await db
        .selectFrom("incident_index")
        .select("id")
        .where("dedup_key", "=", dedupKey)
        .orderBy("number", "desc")
        .limit(1)
        .executeTakeFirst();
      return row?.id ?? null;
    },

    async unresolved() {
      const rows = await db
        .selectFrom("incident_index")
        .select("id")
        .where("status", "<>", "resolved")
        .orderBy("number")
        .execute();
      return rows.map(({ id }) => id);
    },

    async unresolvedOf(accountSid) {
      const rows = await db
        .selectFrom("incident_index")
        .select("id")
        .where("account_sid", "=", accountSid)
        .where("status", "<>", "resolved")
        .orderBy("number")
        .execute();
      return rows.map(({ id }) => id);
    },

    async newest(limit) {
      const rows = await db.selectFrom("incident_index").select("id").orderBy("number", "desc").limit(limit).execute();
      return rows.map(({ id }) => id);
    },

    async openedSince(accountSid, threat, sinceMs) {
      const rows = await db
        .selectFrom("incident_index")
        .select(["id", THREAT.as("threat"), OPENED_AT_MS.as("openedAtMs")])
        .where("account_sid", "=", accountSid)
        .where(OPENED_AT_MS, ">=", sinceMs)
        .$if(threat !== null, (query) => query.where(THREAT, "=", threat ?? ""))
        .orderBy("number")
        .execute();
      return rows;
    },

    async pendingApprovals() {
      const rows = await db
        .selectFrom("approval_index")
        .select("id")
        .where("status", "=", "pending")
        .orderBy("number")
        .execute();
      return rows.map(({ id }) => id);
    },

    async approvalsOf(incidentId) {
      const rows = await db
        .selectFrom("approval_index")
        .select("id")
        .where("incident_id", "=", incidentId)
        .orderBy("number")
        .execute();
      return rows.map(({ id }) => id);
    },

    async grantedOf(accountSid, sinceMs) {
      const rows = await db
        .selectFrom("approval_index")
        .innerJoin("incident_index", "incident_index.id", "approval_index.incident_id")
        .select("approval_index.id")
        .where("incident_index.account_sid", "=", accountSid)
        .where("approval_index.status", "=", "granted")
        .where("approval_index.changed_at_ms", ">=", sinceMs)
        .orderBy("approval_index.number")
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}
