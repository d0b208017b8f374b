import { sql } from "kysely";
import { HOUR_MS } from "../detection/baseline/days.ts";
import { MINUTE_MS, TRAFFIC_SERIES } from "../detection/fold.ts";
import type { BaselineStore } from "../workflow/baseline-store.ts";
import type { Database } from "./database.ts";

export function createBaselineStore({ db }: Database): BaselineStore {
  return {
    async load(accountSid) {
      const row = await db
        .selectFrom("baseline")
        .select("body")
        .where("account_sid", "=", accountSid)
        .executeTakeFirst();
      return row?.body ?? null;
    },

    async save(accountSid, baseline) {
      const body = JSON.stringify(baseline);
      await db
        .insertInto("baseline")
        .values({ account_sid: accountSid, body })
        .onConflict((conflict) => conflict.column("account_sid").doUpdateSet({ body }))
        .execute();
    },

    async saveDays(accountSid, days) {
      if (days.length === 0) return;
      // One statement however many: an account has hundreds of categories.
      await sql`insert into usage_day (account_sid, category, day, spend_usd, count, units)
        select ${accountSid}, category, day, "spendUsd", count, units from json_to_recordset(${JSON.stringify(days)})
          as given(category text, day text, "spendUsd" double precision, count double precision, units double precision)
        on conflict (account_sid, day, category) do update set
          spend_usd = excluded.spend_usd, count = excluded.count, units = excluded.units`.execute(db);
    },

    async daysSince(accountSid, day) {
      return db
        .selectFrom("usage_day")
        .select(["category", "day", "spend_usd as spendUsd", "count", "units"])
        .where("account_sid", "=", accountSid)
        .where("day", ">=", day)
        .orderBy("day")
        .orderBy("category")
        .execute();
    },

    async hoursSince(accountSid, hour) {
      return db
        .selectFrom("usage_hour")
        .select(["category", "hour", "spend_usd as spendUsd", "count", "units"])
        .where("account_sid", "=", accountSid)
        .where("hour", ">=", hour)
        .orderBy("hour")
        .orderBy("category")
        .execute();
    },

    async trafficBetween(accountSid, fromMs, toMs) {
      const rows = await db
        .selectFrom("bucket")
        .select("last")
        .where("account_sid", "=", accountSid)
        .where("minute", ">=", Math.floor(fromMs / MINUTE_MS))
        .where("minute", "<", Math.floor(toMs / MINUTE_MS))
        .where("series", "like", `${TRAFFIC_SERIES}%`)
        .orderBy("minute")
        .orderBy("series")
        .execute();
      return rows.flatMap(({ last }) => (last.kind === "traffic-reading" ? [last] : []));
    },

    async saveDestinations(accountSid, day, destinations) {
      const body = JSON.stringify(destinations);
      await db
        .insertInto("destination_day")
        .values({ account_sid: accountSid, day, body })
        .onConflict((conflict) => conflict.columns(["account_sid", "day"]).doUpdateSet({ body }))
        .execute();
    },

    async destinationsSince(accountSid, day) {
      const rows = await db
        .selectFrom("destination_day")
        .select(["day", "body"])
        .where("account_sid", "=", accountSid)
        .where("day", ">=", day)
        .orderBy("day")
        .execute();
      return {
        days: rows.map((row) => row.day),
        destinations: rows.flatMap((row) => row.body.map((destination) => ({ ...destination, day: row.day }))),
      };
    },

    async forgetBefore(accountSid, day) {
      const hour = Math.floor(Date.parse(day) / HOUR_MS);
      await db.deleteFrom("usage_day").where("account_sid", "=", accountSid).where("day", "<", day).execute();
      await db.deleteFrom("destination_day").where("account_sid", "=", accountSid).where("day", "<", day).execute();
      await db.deleteFrom("usage_hour").where("account_sid", "=", accountSid).where("hour", "<", hour).execute();
    },
  };
}
