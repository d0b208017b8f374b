import type { Clock } from "../lib/clock.ts";
import { Fault, isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { Secret } from "../lib/secret.ts";
import { type AccountDirectory, createDirectory } from "./directory.ts";
import { asFaults } from "./errors.ts";
import type { TwilioClient, TwilioSdk } from "./sdk.ts";

/** SIDs are no secret and bad posts cost nothing to send: one look-up in this time for each account, however many come. */
const REFETCH_EVERY_MS = 10_000;
/** Another replica may have rotated: after this long a token is read again, behind the request that uses it. */
const FRESH_MS = 5 * 60_000;
/** While Twilio refuses the configured token, whoever asks for the parent's primary one gets the same answer for this long. */
const ASK_AGAIN_AFTER_REFUSAL_MS = 5_000;

interface Held {
  readonly token: Secret;
  readonly readAtMs: number;
  /** When it was last known to be the token: `readAtMs` is ahead of it while it is read again. */
  readonly knownAtMs: number;
  /** When we made it; null: somebody else did, or another process of ours. */
  readonly madeAtMs: number | null;
}

/** A copy that turned out not to be the token any more. */
export type LostCopy = Pick<Held, "knownAtMs" | "madeAtMs">;

/**
 * The primary token of each account, read through the parent. It signs that account's webhooks, and a subaccount's opens what
 * the parent cannot reach (every host but api.twilio.com).
 *
 * Only ever one token of an account is held as its primary: after a rotation the old one is gone at once, since whoever stole
 * it could forge webhooks with it.
 *
 * The parent has two roles for tokens. Its API is always called with the configured one, which may be the secondary token
 * during a rotation; nothing that is read replaces it, or Promote would lock us out. Its webhooks are signed with the primary
 * one: the configured one until Twilio was asked, then what Twilio says, and none while it refuses the configured one.
 */
export interface Credentials {
  readonly parentSid: AccountSid;
  /** As configured: primary, or the secondary one that is about to be promoted. */
  readonly parentToken: Secret;
  readonly directory: AccountDirectory;
  /** The primary token, with which Twilio signs. */
  tokenOf(sid: AccountSid): Promise<Secret>;
  /** After a bad signature: reads the token again, rate-limited for each account. Answers what is held then. */
  refetch(sid: AccountSid): Promise<Secret>;
  /** Reads the token again in any case: our own call was refused, or it is time to look. */
  renew(sid: AccountSid): Promise<Secret>;
  /** The primary token as the parent sees it now. Changes nothing here. */
  readThroughParent(sid: AccountSid): Promise<Secret>;
  adopt(sid: AccountSid, token: Secret): void;
  parentClient(): Promise<TwilioClient>;
  /** A client of the account itself. */
  clientOf(sid: AccountSid): Promise<TwilioClient>;
  /** A client with a token that is not the account's, or not yet. */
  clientWith(sid: AccountSid, token: Secret): Promise<TwilioClient>;
}

export function createCredentials(options: {
  readonly sdk: TwilioSdk;
  readonly parentSid: AccountSid;
  readonly parentToken: Secret;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Our copy of the account's token is not its token any more, and nobody here changed it: another one is held from now on. Other
   * replicas of ours may have; whoever listens knows. Must not block.
   */
  readonly onTokenChanged?: (sid: AccountSid, lost: LostCopy) => void;
}): Credentials {
  const { sdk, parentSid, parentToken, clock, log } = options;
  const held = new Map<AccountSid, Held>([
    [parentSid, { token: parentToken, readAtMs: clock.now(), knownAtMs: clock.now(), madeAtMs: null }],
  ]);
  let parentRefused: { readonly atMs: number; readonly fault: Fault } | undefined;
  const reading = new Map<AccountSid, Promise<Secret>>();
  const refetchedAtMs = new Map<AccountSid, number>();
  const clients = new Map<AccountSid, { readonly token: Secret; readonly client: Promise<TwilioClient> }>();

  const isOlder = (atMs: number, ageMs: number): boolean => Math.abs(clock.now() - atMs) >= ageMs;

  const parentClient = (): Promise<TwilioClient> => clientOf(parentSid);

  async function clientOf(sid: AccountSid): Promise<TwilioClient> {
    const token = sid === parentSid ? parentToken : await tokenOf(sid);
    const kept = clients.get(sid);
    if (kept?.token.equals(token) === true) return kept.client;
    const client = sdk.client(sid, token);
    clients.set(sid, { token, client });
    return client;
  }

  function readThroughParent(sid: AccountSid): Promise<Secret> {
    return asFaults(`the token of ${sid}`, async () => {
      const client = await parentClient();
      const { authToken } = await client.api.v2010.accounts(sid).fetch();
      // A Main API key sees an empty one; so does a parent that lost its rights.
      if (typeof authToken !== "string" || authToken === "") {
        throw new Fault("rejected", `Twilio does not show the token of ${sid} to these credentials`);
      }
      return new Secret(authToken);
    });
  }

  function read(sid: AccountSid): Promise<Secret> {
    const running = reading.get(sid);
    if (running !== undefined) return running;
    const before = held.get(sid);
    // The answer may be from before a rotation that is over when it arrives.
    const askedAtMs = clock.now();
    const started = readThroughParent(sid)
      .then((token) => {
        // A token that was adopted while this answer travelled is the newer one.
        const now = held.get(sid);
        if (now !== before && now !== undefined) return now.token;
        const isSame = before?.token.equals(token) === true;
        if (before !== undefined && !isSame) tellChange(sid, before, token);
        held.set(sid, {
          token,
          readAtMs: clock.now(),
          knownAtMs: askedAtMs,
          madeAtMs: isSame ? before.madeAtMs : null,
        });
        return token;
      })
      .catch((fault: unknown) => {
        if (sid === parentSid && isFault(fault, "unauthorised")) {
          // It is neither the primary nor the secondary token, so nothing may be believed because of it any more.
          parentRefused = { atMs: clock.now(), fault };
          if (held.get(sid) === before) held.delete(sid);
        }
        throw fault;
      })
      .finally(() => {
        if (reading.get(sid) === started) reading.delete(sid);
      });
    reading.set(sid, started);
    return started;
  }

  function tellChange(sid: AccountSid, { token: before, knownAtMs, madeAtMs }: Held, token: Secret): void {
    // The configured token may be the secondary one: to learn that, or that it was promoted as planned, is no change by strangers.
    const isPlanned = sid === parentSid && (before.equals(parentToken) || token.equals(parentToken));
    if (!isPlanned) options.onTokenChanged?.(sid, { knownAtMs, madeAtMs });
    if (sid !== parentSid) log.warn({ accountSid: sid }, "the auth token of this account was changed without us");
    else if (token.equals(parentToken)) log.info("TWILIO_AUTH_TOKEN is the primary token now");
    else log.warn("TWILIO_AUTH_TOKEN: not the primary token; promote it in the Console to end the rotation");
  }

  async function tokenOf(sid: AccountSid): Promise<Secret> {
    const mine = held.get(sid);
    if (mine === undefined) {
      const refusal = sid === parentSid ? parentRefused : undefined;
      if (refusal !== undefined && !isOlder(refusal.atMs, ASK_AGAIN_AFTER_REFUSAL_MS)) throw refusal.fault;
      return read(sid);
    }
    if (sid !== parentSid && isOlder(mine.readAtMs, FRESH_MS)) {
      // The held one is used until then, so that a slow Twilio does not slow the intake.
      held.set(sid, { ...mine, readAtMs: clock.now() });
      read(sid).catch((error: unknown) => {
        log.warn(
          { accountSid: sid, kind: isFault(error) ? error.kind : "bug" },
          "token not read again, the held one stays",
        );
      });
    }
    return mine.token;
  }

  return {
    parentSid,
    parentToken,
    directory: createDirectory({ parentSid, parentClient, clock }),
    tokenOf,
    renew: read,
    readThroughParent,
    parentClient,
    clientOf,
    clientWith: (sid, token) => sdk.client(sid, token),
    async refetch(sid) {
      const last = refetchedAtMs.get(sid);
      if (last !== undefined && !isOlder(last, REFETCH_EVERY_MS)) return reading.get(sid) ?? tokenOf(sid);
      refetchedAtMs.set(sid, clock.now());
      return read(sid);
    },
    adopt(sid, token) {
      held.set(sid, { token, readAtMs: clock.now(), knownAtMs: clock.now(), madeAtMs: clock.now() });
      reading.delete(sid);
    },
  };
}
