import type { Selectable } from "kysely";
import type { PollState, PollStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";
import { saveRead } from "./save-read.ts";
import type { Schema } from "./schema.ts";

/** A source that is heard all the time is written down this often. */
const HEARD_EVERY_MS = 60_000;

export function createPollStore(database: Database): PollStore {
  const { db } = database;
  return {
    async load(accountSid) {
      const rows = await db.selectFrom("poll_state").selectAll().where("account_sid", "=", accountSid).execute();
      return new Map(rows.map((row) => [row.poll, toState(row)]));
    },

    save: (poll, accountSid, read) => saveRead(database, poll, accountSid, read),

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

function toState(row: Selectable<Schema["poll_state"]>): PollState {
  return {
    upToMs: row.up_to_ms,
    okAtMs: row.ok_at_ms,
    failures: row.failures,
    paused: row.paused,
    memory: row.memory,
  };
}
