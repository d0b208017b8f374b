import type { Twilio } from "../workflow/ports.ts";
import { createAccount } from "./account.ts";
import type { Credentials } from "./credentials.ts";
import { readDestinations } from "./destinations.ts";
import { asFaults } from "./errors.ts";
import { readNumber } from "./lookup.ts";
import { createRecords } from "./records.ts";
import { readUsage } from "./usage.ts";

/** Twilio's API as the workflow sees it. Everything that fails leaves as a `Fault` without a secret in it. */
export function createTwilio(options: { readonly credentials: Credentials }): Twilio {
  const { credentials } = options;
  const { directory, parentSid } = credentials;
  return {
    parentSid,
    records: createRecords(credentials),
    account: async (sid) =>
      (await asFaults("the list of accounts", () => directory.isKnown(sid)))
        ? createAccount(sid, credentials)
        : undefined,
    facts: (sid) => asFaults(`account ${sid}`, () => directory.facts(sid)),
    accounts: () =>
      asFaults("the list of accounts", async () =>
        (await directory.list()).map(({ sid, friendlyName, isParent }) => ({ sid, friendlyName, isParent })),
      ),
    usage: async (query) => readUsage(await credentials.parentClient(), query),
    lookUp: async (number, packages) => readNumber(await credentials.parentClient(), number, packages),
    recentDestinations: async (sid, medium, sinceMs) =>
      readDestinations(await credentials.parentClient(), sid, medium, sinceMs),
  };
}
