import { type RawBuilder, sql } from "kysely";
import type { PicturePlace, PictureStore } from "../workflow/picture-store.ts";
import type { Database } from "./database.ts";

export function createPictureStore({ db }: Database): PictureStore {
  return {
    async want(digest, spec, untilMs) {
      await db
        .insertInto("picture")
        .values({ digest, spec: JSON.stringify(spec), png: null, wanted_until_ms: untilMs })
        .onConflict((conflict) =>
          conflict
            .column("digest")
            .doUpdateSet({ wanted_until_ms: sql<number>`greatest(picture.wanted_until_ms, excluded.wanted_until_ms)` }),
        )
        .execute();
    },

    async keepUntil(digests, untilMs) {
      if (digests.length === 0) return [];
      const rows = await db
        .updateTable("picture")
        .set({ wanted_until_ms: sql<number>`greatest(wanted_until_ms, ${untilMs}::bigint)` })
        .where("digest", "in", digests)
        .where("png", "is not", null)
        .returning("digest")
        .execute();
      return rows.map(({ digest }) => digest);
    },

    async load(digest) {
      const row = await db
        .selectFrom("picture")
        .select(["spec", "png", "wanted_until_ms as wantedUntilMs"])
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
      const { rows } = await sql<{ readonly name: string }>`
        insert into picture_upload (digest, platform, name, at_ms)
        select digest, ${platform}, ${name}, ${atMs} from picture where digest = ${digest}
        on conflict (digest, platform) do update set name = picture_upload.name returning name`.execute(db);
      return rows[0]?.name ?? null;
    },

    async takenBack(digest, platform) {
      await db.deleteFrom("picture_upload").where("digest", "=", digest).where("platform", "=", platform).execute();
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

    async placesOf(digest) {
      // A few rows an incident: no index is worth its upkeep.
      const { rows } = await sql<PicturePlace>`
        select subject, chart ->> 'picture' as picture from shown_pictures, json_array_elements(charts) as chart
        where ${isShownIn(sql`${digest}`)} order by subject`.execute(db);
      return rows;
    },

    async forget(digest, nowMs) {
      await db.deleteFrom("picture").where("digest", "=", digest).where("wanted_until_ms", "<=", nowMs).execute();
      const left = await db.selectFrom("picture").select("digest").where("digest", "=", digest).executeTakeFirst();
      return left === undefined;
    },

    async forgetBefore(shownMs, unwantedMs) {
      await db.deleteFrom("shown_pictures").where("at_ms", "<", shownMs).execute();
      await sql`with forgotten as (
          delete from picture where wanted_until_ms < ${unwantedMs} and not exists (
            select from shown_pictures, json_array_elements(charts) as chart where ${isShownIn(sql`picture.digest`)}
          ) returning digest
        ) delete from picture_upload using forgotten where picture_upload.digest = forgotten.digest`.execute(db);
    },
  };
}

/** A chart names its own picture, and those that stand in for it. */
function isShownIn(digest: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(chart ->> 'picture' = ${digest} or exists (
    select from json_array_elements(chart -> 'before') as before where before ->> 'picture' = ${digest}
  ))`;
}
