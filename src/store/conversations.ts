import { sql } from "kysely";
import type { ConversationStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

export function createConversationStore({ db }: Database): ConversationStore {
  return {
    async load(platform, key) {
      const row = await db
        .selectFrom("conversation")
        .select("reference")
        .where("platform", "=", platform)
        .where("key", "=", key)
        .executeTakeFirst();
      return row?.reference ?? null;
    },

    async save(platform, key, reference, atMs) {
      const row = { platform, key, reference: JSON.stringify(reference), changed_at_ms: atMs };
      await db
        .insertInto("conversation")
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(["platform", "key"])
            .doUpdateSet({ reference: row.reference, changed_at_ms: atMs })
            // It comes with every message and hardly ever changes.
            .where(sql<boolean>`conversation.reference::text <> excluded.reference::text`),
        )
        .execute();
    },
  };
}
