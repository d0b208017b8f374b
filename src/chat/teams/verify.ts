import type { Clock } from "../../lib/clock.ts";
import { orLate } from "../../lib/deadline.ts";
import { isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import type { ChatUser } from "../platform.ts";
import { BUDGET_MS } from "./limits.ts";
import { lookUpMember } from "./member.ts";
import type { Place } from "./payload.ts";
import type { TeamsTransport } from "./transport.ts";

type Barred = ChatUser["barred"];

/** Who acted, as Teams vouches for it, with every tenant that it names for them. */
export interface Claim {
  /** The Entra object id, in lower case; null for who has none. */
  readonly userId: string | null;
  /** What Teams calls them towards this bot, e.g. `29:…`. */
  readonly accountId: string;
  readonly isBot: boolean;
  readonly tenantIds: readonly string[];
  readonly place: Place;
}

/** What Teams knows about somebody is asked again after this long: a person who left is out by then. */
const KNOWN_FOR_MS = 10 * 60_000;
const REMEMBERED = 5000;

/** Who somebody is, failing closed: nobody whom Teams could not confirm in time can ever be a person of ours. */
export function createVerifier(options: {
  readonly transport: Pick<TeamsTransport, "member">;
  /** Null: of a multi-tenant app, or without any authentication. */
  readonly tenantId: string | null;
  /** Whether the roster has this user: others are refused anyway and cost no call. */
  readonly isKnown: (userId: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}): (claim: Claim) => Promise<ChatUser> {
  const { transport, tenantId, clock, log } = options;
  const known = new Map<string, { readonly barred: Barred; readonly untilMs: number }>();

  async function ask(userId: string, claim: Claim): Promise<Barred> {
    if (!options.isKnown(userId)) return null;
    const key = `${userId} ${claim.place.baseId}`;
    const nowMs = clock.now();
    const remembered = known.get(key);
    // Also asked again when the clock was set back: then the moment lies too far ahead.
    if (remembered !== undefined && remembered.untilMs > nowMs && remembered.untilMs <= nowMs + KNOWN_FOR_MS) {
      return remembered.barred;
    }
    const barred = await lookUpMember(
      { transport, tenantId },
      { serviceUrl: claim.place.serviceUrl, id: claim.place.baseId },
      { userId, accountId: claim.accountId },
    );
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, { barred, untilMs: nowMs + KNOWN_FOR_MS });
    return barred;
  }

  return async (claim) => {
    const { userId } = claim;
    const user = (barred: Barred): ChatUser => ({ platform: "teams", userId: userId ?? claim.accountId, barred });
    if (claim.isBot) return user("bot");
    if (userId === null) return user("unknown-user");
    if (tenantId !== null && claim.tenantIds.some((id) => id !== tenantId.toLowerCase()))
      return user("other-workspace");
    const barred = await orLate(ask(userId, claim), BUDGET_MS.userLookup).catch((error: unknown) => {
      log.warn({ kind: isFault(error) ? error.kind : "bug" }, "a Teams user could not be looked up");
      return "unknown-user" as const;
    });
    return user(barred === "late" ? "unknown-user" : barred);
  };
}
