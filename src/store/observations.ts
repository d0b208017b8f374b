import type { ObservationStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

export function createObservationStore({ db }: Database): ObservationStore {
  return {
    async save(incidentId, observation) {
      await db
        .insertInto("observation")
        .values({ incident_id: incidentId, at_ms: observation.atMs, body: JSON.stringify(observation) })
        .execute();
    },

    async newest(incidentId, limit) {
      const rows = await db
        .selectFrom("observation")
        .select("body")
        .where("incident_id", "=", incidentId)
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map(({ body }) => body);
    },
  };
}
