import type { PollStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

/** A source that is heard all the time is written down this often. */
const HEARD_EVERY_MS = 60_000;

export function createPollStore({ db }: Database): PollStore {
  return {
    async load(poll, accountSid) {
      const row = await db
        .selectFrom("poll_state")
        .selectAll()
        .where("poll", "=", poll)
        .where("account_sid", "=", accountSid)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        upToMs: row.up_to_ms,
        okAtMs: row.ok_at_ms,
        failures: row.failures,
        paused: row.paused,
        memory: row.memory,
      };
    },

    async save(poll, accountSid, { upToMs, okAtMs, failures, paused, memory }) {
      const row = { up_to_ms: upToMs, ok_at_ms: okAtMs, failures, paused, memory: JSON.stringify(memory) };
      await db
        .insertInto("poll_state")
        .values({ poll, account_sid: accountSid, ...row })
        .onConflict((conflict) => conflict.columns(["poll", "account_sid"]).doUpdateSet(row))
        .execute();
    },

    progress: () =>
      db
        .selectFrom("poll_state")
        .select(["poll", "account_sid as accountSid", "up_to_ms as upToMs", "ok_at_ms as okAtMs", "failures", "paused"])
        .orderBy("account_sid")
        .orderBy("poll")
        .execute(),

    async forget(accountSid) {
      await db.deleteFrom("poll_state").where("account_sid", "=", accountSid).execute();
      await db.deleteFrom("heard").where("account_sid", "=", accountSid).execute();
    },

    async heard(source, accountSid, atMs) {
      await db
        .insertInto("heard")
        .values({ source, account_sid: accountSid, at_ms: atMs })
        .onConflict((conflict) =>
          conflict
            .columns(["account_sid", "source"])
            .doUpdateSet({ at_ms: atMs })
            .where("heard.at_ms", "<=", atMs - HEARD_EVERY_MS),
        )
        .execute();
    },

    async lastHeard(accountSid) {
      const rows = await db
        .selectFrom("heard")
        .select(["source", "at_ms"])
        .where("account_sid", "=", accountSid)
        .execute();
      return new Map(rows.map((row) => [row.source, row.at_ms]));
    },
  };
}
