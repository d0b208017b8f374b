import { sql } from "kysely";
import type { IncidentId } from "../lib/id.ts";
import type { IncidentIndex } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

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

    async approvalsOf(incidentId) {
      const rows = await db
        .selectFrom("approval_index")
        .select("id")
        .where("incident_id", "=", incidentId)
        .orderBy("number")
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}
