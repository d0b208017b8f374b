import type { Clock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import type { AccountFacts, AccountStatus } from "../remediation/contract.ts";
import type { TwilioClient } from "./sdk.ts";

/** Strangers may name any SID in a webhook's address: at most one look-up a minute answers all of them. */
const LIST_EVERY_MS = 60_000;
const LIST_AGAIN_AFTER_FAILURE_MS = 5_000;
const FACTS_FRESH_MS = 10_000;
/** https://www.twilio.com/docs/usage/twilios-response#pagination */
const PAGE_SIZE = 1_000;
const MAX_ACCOUNTS = 20_000;

interface Known {
  readonly facts: AccountFacts;
  readonly atMs: number;
}

export interface AccountDirectory {
  /** The parent and all its subaccounts that are not closed, at most a minute old. */
  list(): Promise<readonly AccountFacts[]>;
  /** True when the account is the parent or one of its subaccounts. Throws a `Fault` when that cannot be told now. */
  isKnown(sid: string): Promise<boolean>;
  /** A few seconds old at most; older when Twilio cannot be reached. */
  facts(sid: AccountSid): Promise<AccountFacts>;
  /** Read now. */
  fetch(sid: AccountSid): Promise<AccountFacts>;
  /** What somebody just read or wrote. */
  remember(facts: AccountFacts): void;
}

/** Which accounts are ours, and what they are called: read with the parent's credentials, kept for a short time. */
export function createDirectory(options: {
  readonly parentSid: AccountSid;
  readonly parentClient: () => Promise<TwilioClient>;
  readonly clock: Clock;
}): AccountDirectory {
  const { parentSid, clock } = options;
  const known = new Map<AccountSid, Known>();
  let listedAtMs: number | undefined;
  let failed: { readonly atMs: number; readonly fault: unknown } | undefined;
  let listing: Promise<void> | undefined;

  // A clock that stepped back must not hold anything up, hence the absolute value.
  const isOlder = (atMs: number, ageMs: number): boolean => Math.abs(clock.now() - atMs) >= ageMs;

  function remember(facts: AccountFacts): void {
    known.set(facts.sid, { facts, atMs: clock.now() });
  }

  async function readList(): Promise<void> {
    const client = await options.parentClient();
    const accounts = await client.api.v2010.accounts.list({ pageSize: PAGE_SIZE, limit: MAX_ACCOUNTS });
    // One account in a state that is new at Twilio must not hide all others. If it was known, it stays as it was.
    for (const account of accounts) if (isStatus(account.status)) remember(toFacts(account, parentSid));
    listedAtMs = clock.now();
    failed = undefined;
  }

  function refresh(): Promise<void> {
    if (failed !== undefined && !isOlder(failed.atMs, LIST_AGAIN_AFTER_FAILURE_MS)) return Promise.reject(failed.fault);
    listing ??= readList()
      .catch((fault: unknown) => {
        failed = { atMs: clock.now(), fault };
        throw fault;
      })
      .finally(() => {
        listing = undefined;
      });
    return listing;
  }

  const isListDue = (): boolean => listedAtMs === undefined || isOlder(listedAtMs, LIST_EVERY_MS);

  async function fetch(sid: AccountSid): Promise<AccountFacts> {
    const client = await options.parentClient();
    const facts = toFacts(await client.api.v2010.accounts(sid).fetch(), parentSid);
    remember(facts);
    return facts;
  }

  return {
    remember,
    fetch,
    async list() {
      if (isListDue()) await refresh();
      return [...known.values()].map(({ facts }) => facts).filter((facts) => facts.status !== "closed");
    },
    async isKnown(sid) {
      if (!isAccountSid(sid)) return false;
      if (sid !== parentSid && !known.has(sid) && isListDue()) await refresh();
      return sid === parentSid || known.has(sid);
    },
    async facts(sid) {
      const held = known.get(sid);
      if (held !== undefined && !isOlder(held.atMs, FACTS_FRESH_MS)) return held.facts;
      try {
        return await fetch(sid);
      } catch (fault) {
        if (held === undefined) throw fault;
        return held.facts;
      }
    },
  };
}

/** Their account object in our words. It also holds the token, so it goes no further than this. */
function toFacts(
  account: { readonly sid: string; readonly friendlyName: string; readonly status: string },
  parentSid: AccountSid,
): AccountFacts {
  if (!isAccountSid(account.sid))
    throw new Fault("unavailable", "Twilio answered with something that is not an account");
  return {
    sid: account.sid,
    friendlyName: account.friendlyName,
    status: toStatus(account.status),
    isParent: account.sid === parentSid,
  };
}

export function toStatus(status: string): AccountStatus {
  if (isStatus(status)) return status;
  throw new Fault("unavailable", "Twilio answered with an account status that is not active, suspended or closed");
}

function isStatus(status: string): status is AccountStatus {
  return status === "active" || status === "suspended" || status === "closed";
}
