import type { PreviewStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

export function createPreviewStore({ db }: Database): PreviewStore {
  return {
    async save(id, preview) {
      const body = JSON.stringify(preview);
      await db
        .insertInto("preview")
        .values({ id, taken_at_ms: preview.takenAtMs, body })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ taken_at_ms: preview.takenAtMs, body }))
        .execute();
    },

    async load(id) {
      const row = await db.selectFrom("preview").select("body").where("id", "=", id).executeTakeFirst();
      return row?.body ?? null;
    },
  };
}
