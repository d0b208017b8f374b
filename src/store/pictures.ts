import { sql } from "kysely";
import type { PictureStore } from "../workflow/picture-store.ts";
import type { Database } from "./database.ts";

export function createPictureStore({ db }: Database): PictureStore {
  return {
    async want(digest, spec, atMs) {
      const known = await db.selectFrom("picture").select("digest").where("digest", "=", digest).executeTakeFirst();
      await db
        .insertInto("picture")
        .values({ digest, spec: JSON.stringify(spec), png: null, at_ms: atMs })
        .onConflict((conflict) => conflict.column("digest").doUpdateSet({ at_ms: atMs }))
        .execute();
      return known === undefined;
    },

    async load(digest) {
      const row = await db
        .selectFrom("picture")
        .select(["spec", "png", "at_ms as wantedAtMs"])
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
        .select(["name", "at_ms as atMs"])
        .where("digest", "=", digest)
        .where("platform", "=", platform)
        .executeTakeFirst();
      return row ?? null;
    },

    async uploaded(digest, platform, name, atMs) {
      await db
        .insertInto("picture_upload")
        .values({ digest, platform, name, at_ms: atMs })
        .onConflict((conflict) => conflict.columns(["digest", "platform"]).doUpdateSet({ name, at_ms: atMs }))
        .execute();
    },

    async shownBy(subject) {
      const row = await db
        .selectFrom("shown_pictures")
        .select(["charts", "at_ms as atMs"])
        .where("subject", "=", subject)
        .executeTakeFirst();
      return row ?? null;
    },

    async show(subject, charts, atMs) {
      const shown = { charts: JSON.stringify(charts), at_ms: atMs };
      await db
        .insertInto("shown_pictures")
        .values({ subject, ...shown })
        .onConflict((conflict) => conflict.column("subject").doUpdateSet(shown))
        .execute();
    },

    async subjectsWith(digest) {
      // A few rows an incident: no index is worth its upkeep.
      const rows = await db
        .selectFrom("shown_pictures")
        .select("subject")
        .where(sql<boolean>`charts::jsonb @> ${JSON.stringify([{ picture: digest }])}::jsonb`)
        .orderBy("subject")
        .execute();
      return rows.map(({ subject }) => subject);
    },

    async forgetBefore(shownMs, unwantedMs) {
      await db.deleteFrom("shown_pictures").where("at_ms", "<", shownMs).execute();
      await sql`with forgotten as (
          delete from picture where at_ms < ${unwantedMs} and not exists (
            select from shown_pictures, json_array_elements(charts) as chart where picture.digest in (chart ->> 'picture', chart -> 'before' ->> 'picture')
          ) returning digest
        ) delete from picture_upload using forgotten where picture_upload.digest = forgotten.digest`.execute(db);
    },
  };
}
