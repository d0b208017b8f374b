import { sql } from "kysely";
import type { NumberStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

const MOST_OF_ONE_INCIDENT = 1_000;

export function createNumberStore({ db }: Database): NumberStore {
  return {
    async saw(incidentId, numbers, atMs) {
      if (numbers.length === 0) return;
      await sql`insert into seen_number (incident_id, number, at_ms)
        select ${incidentId}, number, ${atMs} from unnest(${[...new Set(numbers)]}::text[]) as given(number)
        limit greatest(0, ${MOST_OF_ONE_INCIDENT} - (
          select count(*) from seen_number where incident_id = ${incidentId}))
        on conflict do nothing`.execute(db);
    },

    async incidentsWith(number) {
      const rows = await db
        .selectFrom("seen_number")
        .select("incident_id")
        .where("number", "=", number)
        .orderBy("at_ms", "desc")
        .execute();
      return rows.map((row) => row.incident_id);
    },

    async line(number) {
      const row = await db
        .selectFrom("number_line")
        .select(["body", "at_ms"])
        .where("number", "=", number)
        .executeTakeFirst();
      return row === undefined ? null : { line: row.body, atMs: row.at_ms };
    },

    async saveLine(number, line, atMs) {
      const row = { body: JSON.stringify(line), at_ms: atMs };
      await db
        .insertInto("number_line")
        .values({ number, ...row })
        .onConflict((conflict) => conflict.column("number").doUpdateSet(row))
        .execute();
    },
  };
}
