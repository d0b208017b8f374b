import type { SilenceIndex } from "../workflow/ports.ts";
import type { Database } from "./database.ts";

export function createSilenceIndex({ db }: Database): SilenceIndex {
  const active = () =>
    db.selectFrom("silence_index").select("id").where("status", "=", "active").orderBy("until_ms").orderBy("id");
  return {
    async active() {
      return (await active().execute()).map(({ id }) => id);
    },

    async activeOf(accountSid) {
      return (await active().where("account_sid", "=", accountSid).execute()).map(({ id }) => id);
    },
  };
}
