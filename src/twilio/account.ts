import { Fault, isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import { Secret } from "../lib/secret.ts";
import type { AccountFacts, TwilioAccount } from "../remediation/contract.ts";
import { asAccount } from "./as-account.ts";
import type { Credentials } from "./credentials.ts";
import { toStatus } from "./directory.ts";
import { asFaults, goneIsFine } from "./errors.ts";
import { readMessagingPermissions, writeMessagingPermissions } from "./messaging-permissions.ts";
import type { TwilioClient } from "./sdk.ts";
import {
  readVoiceInheritance,
  readVoicePermissions,
  writeVoiceInheritance,
  writeVoicePermissions,
} from "./voice-permissions.ts";

/** https://www.twilio.com/docs/usage/twilios-response#pagination */
const PAGE_SIZE = 1_000;
const MAX_KEYS = 5_000;
const MAX_NUMBERS = 10_000;
const LIVE_STATUSES = ["queued", "ringing", "in-progress"] as const;

/**
 * One account, with the credentials that each call needs:
 *
 * - api.twilio.com: the parent's, which reach a subaccount through its path, suspended or not
 * - every other host: the account's own. They are dead while it is suspended.
 *
 * Source: https://www.twilio.com/docs/iam/api/subaccounts#using-subaccounts
 */
export function createAccount(sid: AccountSid, credentials: Credentials): TwilioAccount {
  const { directory, parentSid } = credentials;
  const isParent = sid === parentSid;

  /** Through the parent, on api.twilio.com. */
  function parent<Answer>(what: string, work: (client: TwilioClient) => Promise<Answer>): Promise<Answer> {
    return asFaults(`${what} of ${sid}`, async () => work(await credentials.parentClient()));
  }

  function own<Answer>(what: string, work: (client: TwilioClient) => Promise<Answer>): Promise<Answer> {
    return asFaults(`${what} of ${sid}`, async () => work(await credentials.clientOf(sid)));
  }

  function ownRenewed<Answer>(what: string, work: (client: TwilioClient) => Promise<Answer>): Promise<Answer> {
    return asAccount(credentials, sid, what, work);
  }

  return {
    sid,
    isParent,
    fetch: () => asFaults(`account ${sid}`, () => directory.fetch(sid)),
    setStatus: (status) =>
      parent("status", async (client) => {
        const account = await client.api.v2010.accounts(sid).update({ status });
        const facts: AccountFacts = {
          sid,
          friendlyName: account.friendlyName,
          status: toStatus(account.status),
          isParent,
        };
        directory.remember(facts);
        return facts;
      }),

    // Tollgate authenticates with auth tokens alone, so no key is its own.
    ownKeySid: null,
    listKeys: () =>
      parent("keys", async (client) => {
        const keys = await client.api.v2010.accounts(sid).keys.list({ pageSize: PAGE_SIZE, limit: MAX_KEYS });
        return keys.map((key) => ({
          sid: key.sid,
          friendlyName: key.friendlyName,
          createdAtMs: new Date(key.dateCreated).getTime(),
        }));
      }),
    deleteKey: (keySid) =>
      parent("key", async (client) => {
        await goneIsFine(client.api.v2010.accounts(sid).keys(keySid).remove());
      }),

    countPhoneNumbers: () =>
      parent("numbers", async (client) => {
        const account = client.api.v2010.accounts(sid);
        return (await account.incomingPhoneNumbers.list({ pageSize: PAGE_SIZE, limit: MAX_NUMBERS })).length;
      }),
    countLiveCalls: () =>
      parent("live calls", async (client) => {
        const { calls } = client.api.v2010.accounts(sid);
        const lists = await Promise.all(
          LIVE_STATUSES.map((status) => calls.list({ status, pageSize: PAGE_SIZE, limit: PAGE_SIZE })),
        );
        return lists.reduce((sum, list) => sum + list.length, 0);
      }),
    spendTodayUsd: () =>
      parent("spend", async (client) => {
        const { today } = client.api.v2010.accounts(sid).usage.records;
        const [total] = await today.list({ category: "totalprice", includeSubaccounts: false, pageSize: 1, limit: 1 });
        // Typed as a number, sent as a string.
        const spend = total === undefined ? Number.NaN : Number(total.price);
        return Number.isFinite(spend) ? spend : null;
      }),

    createSecondaryToken: () =>
      ownRenewed("secondary token", async (client) => {
        const created = await client.accounts.v1.secondaryAuthToken().create();
        return toSecret(created.secondaryAuthToken);
      }),
    // Never a second time with other credentials: when somebody else has promoted, this would promote once more.
    promoteSecondaryToken: () =>
      own("token promotion", async (client) => {
        const promoted = await client.accounts.v1.authTokenPromotion().update();
        return toSecret(promoted.authToken);
      }),
    deleteSecondaryToken: () =>
      ownRenewed("secondary token", async (client) => {
        await goneIsFine(client.accounts.v1.secondaryAuthToken().remove());
      }),
    readPrimaryToken: () => credentials.readThroughParent(sid),
    tokenWorks: (token) =>
      asFaults(`account ${sid}`, async () => {
        const client = await credentials.clientWith(sid, token);
        try {
          await client.api.v2010.accounts(sid).fetch();
          return true;
        } catch (error) {
          if (isFault(error, "unauthorised")) return false;
          throw error;
        }
      }),
    adoptToken: (token) => credentials.adopt(sid, token),

    readVoicePermissions: (countries) =>
      ownRenewed("dialing permissions", (client) => readVoicePermissions(client, countries)),
    readParentVoicePermissions: () =>
      parent("dialing permissions above", (client) => readVoicePermissions(client, "all")),
    writeVoicePermissions: (rows) => ownRenewed("dialing permissions", (client) => writeVoicePermissions(client, rows)),
    readVoiceInheritance: async () => (isParent ? false : ownRenewed("voice settings", readVoiceInheritance)),
    writeVoiceInheritance: (inherits) =>
      ownRenewed("voice settings", (client) => writeVoiceInheritance(client, inherits)),
    readMessagingPermissions: (countries) =>
      ownRenewed("messaging permissions", (client) => readMessagingPermissions(client, countries)),
    writeMessagingPermissions: (rows) =>
      ownRenewed("messaging permissions", (client) => writeMessagingPermissions(client, rows)),
  };
}

function toSecret(token: unknown): Secret {
  if (typeof token !== "string" || token === "") throw new Fault("unavailable", "Twilio answered without the token");
  return new Secret(token);
}
