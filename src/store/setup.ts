import type { SetupStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

export function createSetupStore({ db }: Database): SetupStore {
  return {
    async load() {
      const row = await db.selectFrom("setup").select("body").executeTakeFirst();
      return row?.body ?? null;
    },

    async save(setup, atMs) {
      const row = { body: JSON.stringify(setup), at_ms: atMs };
      await db
        .insertInto("setup")
        .values({ id: true, ...row })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
        .execute();
    },

    async saveSinkTest(accountSid, testId, atMs) {
      await db
        .insertInto("sink_test")
        .values({ account_sid: accountSid, test_id: testId, at_ms: atMs })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async takeSinkTests(accountSid) {
      const rows = await db
        .deleteFrom("sink_test")
        .where("account_sid", "=", accountSid)
        .returning("test_id")
        .execute();
      return rows.map((row) => row.test_id);
    },
  };
}
