import { sql } from "kysely";
import type { MessageStore } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

export function createMessageStore({ db }: Database): MessageStore {
  return {
    async load(platform, subject) {
      const row = await db
        .selectFrom("message")
        .selectAll()
        .where("platform", "=", platform)
        .where("subject", "=", subject)
        .executeTakeFirst();
      if (row === undefined) return { status: "none" };
      const { channel_id: channelId, message_id: messageId, meant_for: meantFor } = row;
      if (row.posting_since_ms !== null) {
        const channel = { role: row.posting_role ?? "incident", id: channelId };
        return { status: "posting", sinceMs: row.posting_since_ms, place: { channel, meantFor } };
      }
      if (channelId === null || messageId === null) return { status: "none" };
      return {
        status: "posted",
        ref: { channelId, messageId },
        revision: row.revision ?? 0,
        digest: row.digest ?? "",
        meantFor,
      };
    },

    async beginPost(platform, subject, { channel, meantFor }, atMs) {
      const begun = { posting_role: channel.role, channel_id: channel.id, meant_for: meantFor };
      const result = await db
        .insertInto("message")
        .values({ platform, subject, posting_since_ms: atMs, ...begun })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },

    async posted(platform, subject, ref, revision, digest) {
      const posted = {
        posting_since_ms: null,
        channel_id: ref.channelId,
        message_id: ref.messageId,
        revision,
        digest,
      };
      await db
        .insertInto("message")
        .values({ platform, subject, ...posted })
        .onConflict((conflict) =>
          conflict
            .columns(["platform", "subject"])
            .doUpdateSet(posted)
            .where(sql<boolean>`message.posting_since_ms is not null or message.revision <= ${revision}`),
        )
        .execute();
    },

    async edited(platform, subject, revision, digest) {
      const result = await db
        .updateTable("message")
        .set({ revision, digest })
        .where("platform", "=", platform)
        .where("subject", "=", subject)
        .where("posting_since_ms", "is", null)
        .where("revision", "<=", revision)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },

    async spoil(platform, subject) {
      await db
        .updateTable("message")
        .set({ digest: "" })
        .where("platform", "=", platform)
        .where("subject", "=", subject)
        .execute();
    },

    async postedAs(beginning) {
      const rows = await db
        .selectFrom("message")
        .select("subject")
        .distinct()
        .where(sql<boolean>`starts_with(subject, ${beginning})`)
        .where("message_id", "is not", null)
        .orderBy("subject")
        .execute();
      return rows.map(({ subject }) => subject);
    },

    async forget(platform, subject) {
      await db.deleteFrom("message").where("platform", "=", platform).where("subject", "=", subject).execute();
    },
  };
}
