import type { PictureStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

export function createPictureStore({ db }: Database): PictureStore {
  return {
    async want(digest, spec, atMs) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("picture")
        .values({ digest, spec: JSON.stringify(spec), png: null, at_ms: atMs })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
    },

    async load(digest) {
      const row = await db
        .selectFrom("picture")
        .select(["spec", "png"])
        .where("digest", "=", digest)
        .executeTakeFirst();
      return row ?? null;
    },

    async drawn(digest, png) {
      await db.updateTable("picture").set({ png }).where("digest", "=", digest).execute();
    },

    async reference(digest, platform) {
      const row = await db
        .selectFrom("picture_upload")
        .select("reference")
        .where("digest", "=", digest)
        .where("platform", "=", platform)
        .executeTakeFirst();
      return row?.reference ?? null;
    },

    async uploaded(digest, platform, reference) {
      await db
        .insertInto("picture_upload")
        .values({ digest, platform, reference })
        .onConflict((conflict) => conflict.columns(["digest", "platform"]).doUpdateSet({ reference }))
        .execute();
    },
  };
}
