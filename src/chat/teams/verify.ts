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
/** Whoever was not found is told to try again in a minute. */
const UNKNOWN_FOR_MS = 30_000;
/** What Teams said counts this long when it does not answer any more. */
const COUNTS_FOR_MS = 30 * 60_000;
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
  const known = new Map<string, { readonly barred: Barred; readonly atMs: number }>();
  const asking = new Map<string, Promise<Barred>>();

  /** What Teams said of them in the last `ms`; undefined when it did not. */
  function saidWithin(ms: number, key: string): Barred | undefined {
    const remembered = known.get(key);
    if (remembered === undefined) return undefined;
    const ageMs = clock.now() - remembered.atMs;
    const countsMs = remembered.barred === "unknown-user" ? Math.min(ms, UNKNOWN_FOR_MS) : ms;
    // The age is negative when the clock was set back.
    return ageMs >= 0 && ageMs < countsMs ? remembered.barred : undefined;
  }

  async function ask(key: string, userId: string, claim: Claim): Promise<Barred> {
    const barred = await lookUpMember(
      { transport, tenantId },
      { serviceUrl: claim.place.serviceUrl, id: claim.place.baseId },
      { userId, accountId: claim.accountId },
    );
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, { barred, atMs: clock.now() });
    return barred;
  }

  /** Five quick clicks are one question; an answer that comes too late for one click is there for the next. */
  function askOnce(key: string, userId: string, claim: Claim): Promise<Barred> {
    const running = asking.get(key) ?? ask(key, userId, claim).finally(() => asking.delete(key));
    asking.set(key, running);
    return running;
  }

  async function whyBarred(userId: string, claim: Claim): Promise<Barred> {
    if (!options.isKnown(userId)) return null;
    const key = [userId, claim.accountId, claim.place.baseId].join(" ");
    const recent = saidWithin(KNOWN_FOR_MS, key);
    if (recent !== undefined) return recent;
    const answer = await orLate(askOnce(key, userId, claim), BUDGET_MS.userLookup).catch((error: unknown) => {
      log.warn({ kind: isFault(error) ? error.kind : "bug" }, "a Teams user could not be looked up");
      return "late" as const;
    });
    if (answer !== "late") return answer;
    const older = saidWithin(COUNTS_FOR_MS, key);
    return older === undefined ? "unknown-user" : older;
  }

  return async (claim) => {
    const { userId } = claim;
    const user = (barred: Barred): ChatUser => ({ platform: "teams", userId: userId ?? claim.accountId, barred });
    if (claim.isBot) return user("bot");
    if (userId === null) return user("unknown-user");
    if (tenantId !== null && claim.tenantIds.some((id) => id !== tenantId.toLowerCase()))
      return user("other-workspace");
    return user(await whyBarred(userId, claim));
  };
}
