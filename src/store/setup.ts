import type { SetupStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

const KEPT_MS = 7 * 86_400_000;

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
        .deleteFrom("sink_test")
        .where("at_ms", "<", atMs - KEPT_MS)
        .execute();
      await db
        .insertInto("sink_test")
        .values({ account_sid: accountSid, test_id: testId, at_ms: atMs })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async sinkTests(accountSid) {
      const rows = await db
        .selectFrom("sink_test")
        .select("test_id")
        .where("account_sid", "=", accountSid)
        .where("is_taken", "=", false)
        .orderBy("at_ms")
        .execute();
      return rows.map((row) => row.test_id);
    },

    async answeredSinkTests(accountSid, testIds) {
      await db
        .updateTable("sink_test")
        .set({ is_taken: true })
        .where("account_sid", "=", accountSid)
        .where("test_id", "in", testIds)
        .execute();
    },

    async sinkTestsSince(sinceMs) {
      const rows = await db.selectFrom("sink_test").select("account_sid").where("at_ms", ">=", sinceMs).execute();
      return new Set(rows.map((row) => row.account_sid));
    },

    async tripwires(accountSid) {
      const row = await db
        .selectFrom("tripwire")
        .select(["body", "at_ms as atMs"])
        .where("account_sid", "=", accountSid)
        .executeTakeFirst();
      return row ?? null;
    },

    async saveTripwires(accountSid, body, atMs) {
      const row = { body: JSON.stringify(body), at_ms: atMs };
      await db
        .insertInto("tripwire")
        .values({ account_sid: accountSid, ...row })
        .onConflict((conflict) => conflict.column("account_sid").doUpdateSet(row))
        .execute();
    },

    async noteChange(accountSid, change) {
      const kept = change.toMs - KEPT_MS;
      await db.deleteFrom("our_change").where("account_sid", "=", accountSid).where("to_ms", "<", kept).execute();
      const row = { account_sid: accountSid, to_ms: change.toMs, body: JSON.stringify(change) };
      await db.insertInto("our_change").values(row).execute();
    },

    async changesSince(accountSid, sinceMs) {
      const rows = await db
        .selectFrom("our_change")
        .select("body")
        .where("account_sid", "=", accountSid)
        .where("to_ms", ">=", sinceMs)
        .orderBy("to_ms")
        .execute();
      return rows.map(({ body }) => body);
    },
  };
}
