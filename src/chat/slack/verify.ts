import { z } from "zod";
import type { Clock } from "../../lib/clock.ts";
import { orLate } from "../../lib/deadline.ts";
import { isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { ChatUser } from "../platform.ts";
import type { SlackApi } from "./api.ts";
import type { Identity } from "./identity.ts";
import { BUDGET_MS } from "./limits.ts";

type Barred = ChatUser["barred"];

/** Who acted, as Slack signed it, with every workspace that it names for them. */
export interface Claim {
  readonly userId: string;
  readonly teamIds: readonly string[];
}

/** What Slack knows about somebody is asked again after this long: a person who left is out by then. */
const KNOWN_FOR_MS = 10 * 60_000;
/** Whoever was not found is told to try again in a minute. */
const UNKNOWN_FOR_MS = 30_000;

/** https://docs.slack.dev/reference/objects/user-object */
const UserInfo = z.looseObject({
  user: z.looseObject({
    id: z.string(),
    team_id: z.string().nullish(),
    deleted: z.boolean().nullish(),
    is_bot: z.boolean().nullish(),
    is_workflow_bot: z.boolean().nullish(),
    is_restricted: z.boolean().nullish(),
    is_ultra_restricted: z.boolean().nullish(),
    is_stranger: z.boolean().nullish(),
  }),
});
type User = z.infer<typeof UserInfo>["user"];

/** Who somebody is, failing closed: nobody whom Slack could not confirm in time can ever be a person of ours. */
export function createVerifier(options: {
  readonly api: SlackApi;
  readonly identity: () => Promise<Identity>;
  /** Whether the roster has this user: others are refused anyway and cost no call. */
  readonly isKnown: (userId: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}): (claim: Claim) => Promise<ChatUser> {
  const { api, identity, clock, log } = options;
  const known = new Map<string, { readonly barred: Barred; readonly untilMs: number }>();
  const asking = new Map<string, Promise<Barred>>();

  async function ask(claim: Claim): Promise<Barred> {
    const own = await identity();
    if (claim.teamIds.some((id) => id !== own.teamId && id !== own.enterpriseId)) return "other-workspace";
    if (!options.isKnown(claim.userId)) return null;
    const remembered = known.get(claim.userId);
    const nowMs = clock.now();
    // Also asked again when the clock was set back: then the moment lies too far ahead.
    if (remembered !== undefined && remembered.untilMs > nowMs && remembered.untilMs <= nowMs + KNOWN_FOR_MS) {
      return remembered.barred;
    }
    const barred = await lookUpUser(api, own, claim.userId);
    known.set(claim.userId, { barred, untilMs: nowMs + (barred === "unknown-user" ? UNKNOWN_FOR_MS : KNOWN_FOR_MS) });
    return barred;
  }

  async function askOnce(claim: Claim): Promise<Barred> {
    const key = [claim.userId, ...claim.teamIds].join(" ");
    const running = asking.get(key) ?? ask(claim).finally(() => asking.delete(key));
    asking.set(key, running);
    return running;
  }

  return async (claim) => {
    const barred = await orLate(askOnce(claim), BUDGET_MS.userLookup).catch((error: unknown) => {
      log.warn({ kind: isFault(error) ? error.kind : "bug" }, "a Slack user could not be looked up");
      return "unknown-user" as const;
    });
    return { platform: "slack", userId: claim.userId, barred: barred === "late" ? "unknown-user" : barred };
  };
}

/** Asked of Slack anew. Throws `Fault` when it does not answer. */
export async function lookUpUser(api: SlackApi, own: Identity, userId: string): Promise<Barred> {
  try {
    const { user } = await api.call("users.info", { user: userId }, UserInfo);
    return user.id === userId ? whyBarred(user, own) : "unknown-user";
  } catch (error) {
    if (isFault(error, "not-found")) return "unknown-user";
    throw error;
  }
}

function whyBarred(user: User, own: Identity): Barred {
  const isOurs = user.team_id === own.teamId || (own.enterpriseId !== null && user.team_id === own.enterpriseId);
  if (!isOurs || user.is_stranger === true) return "other-workspace";
  if (user.is_bot === true || user.is_workflow_bot === true || user.id === "USLACKBOT") return "bot";
  if (user.is_restricted === true || user.is_ultra_restricted === true) return "guest";
  return user.deleted === true ? "unknown-user" : null;
}
