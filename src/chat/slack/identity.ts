import { z } from "zod";
import type { SlackApi } from "./api.ts";

/** Who we are in Slack, learned from our token. */
export interface Identity {
  readonly teamId: string;
  /** Of an Enterprise organisation, else null. */
  readonly enterpriseId: string | null;
  readonly botId: string | null;
  readonly botUserId: string;
  /** What the token may do. */
  readonly scopes: readonly string[];
}

const AuthTest = z
  .looseObject({
    team_id: z.string(),
    enterprise_id: z.string().nullish(),
    bot_id: z.string().nullish(),
    user_id: z.string(),
    response_metadata: z.looseObject({ scopes: z.array(z.string()).optional() }).optional(),
  })
  .transform(
    (answer): Identity => ({
      teamId: answer.team_id,
      enterpriseId: answer.enterprise_id ?? null,
      botId: answer.bot_id ?? null,
      botUserId: answer.user_id,
      scopes: answer.response_metadata?.scopes ?? [],
    }),
  );

/** Asks once; a failure is not kept, so that Slack may be down while we start. */
export function createIdentity(api: SlackApi): () => Promise<Identity> {
  let known: Promise<Identity> | undefined;
  return () => {
    known ??= api.call("auth.test", {}, AuthTest).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
