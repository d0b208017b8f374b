import { z } from "zod";
import type { AccountStatus, Remediation } from "./contract.ts";
import { AccountSnapshot, CLOSED, countFact, orNull, spendFact, statusFact, toSnapshot } from "./facts.ts";
import { checkStatusChange, runStatusChange } from "./status-change.ts";
import { now } from "./wording.ts";

const Params = z.strictObject({});
const Snapshot = z.object({
  account: AccountSnapshot,
  phoneNumbers: z.number().nullable(),
  liveCalls: z.number().nullable(),
  apiKeys: z.number().nullable(),
  spendTodayUsd: z.number().nullable(),
});

const PARENT =
  "Twilio does not let anybody suspend the parent account through the API. Rotate its auth token and delete its API keys in the Console, and close the countries that the traffic goes to.";

/** Stops a subaccount: https://www.twilio.com/docs/iam/api/subaccounts#suspending-or-reactivating-a-subaccount */
export const suspendSubaccount: Remediation<z.infer<typeof Params>, z.infer<typeof Snapshot>> = {
  id: "suspend-subaccount",
  title: "Suspend subaccount",
  policyId: "suspend-subaccount",
  containsIncident: true,
  isReversible: true,
  undoneBy: "reactivate-subaccount",
  params: Params,
  snapshot: Snapshot,

  offer: (account) => whyNot(account.status),

  async read(account) {
    const [facts, phoneNumbers, liveCalls, keys, spendTodayUsd] = await Promise.all([
      account.fetch(),
      orNull(account.countPhoneNumbers()),
      orNull(account.countLiveCalls()),
      orNull(account.listKeys()),
      orNull(account.spendTodayUsd()),
    ]);
    return { account: toSnapshot(facts), phoneNumbers, liveCalls, apiKeys: keys?.length ?? null, spendTodayUsd };
  },

  preview(snapshot) {
    const { account } = snapshot;
    return {
      willHappen: [
        "All calls and messages of this subaccount stop, in and out.",
        "Everything that uses its credentials gets 401 from Twilio.",
        "It can be undone: Reactivate, a request like this one.",
      ],
      willNotHappen: [
        `It does not hang up live calls${now(snapshot.liveCalls)}.`,
        "It does not delete API keys, rotate the auth token or close countries. Rotate and close first: both need the subaccount's own credentials, which are dead while it is suspended.",
        `It does not release phone numbers${now(snapshot.phoneNumbers)}.`,
      ],
      facts: [
        statusFact(account),
        spendFact(snapshot.spendTodayUsd),
        countFact("Live calls", snapshot.liveCalls),
        countFact("Phone numbers", snapshot.phoneNumbers),
        countFact("API keys", snapshot.apiKeys),
      ],
      warnings: [],
      fields: [],
      blocked: account.isParent ? PARENT : whyNot(account.status),
    };
  },

  choose: () => ({ ok: true, params: {} }),
  bind: (_params, { account }) => ({ status: account.status, isParent: account.isParent }),
  describe: () => "Suspend the subaccount",
  details: () => [],
  run: (context) => runStatusChange(context, "suspended"),
  check: (context) => checkStatusChange(context, "suspended"),
};

function whyNot(status: AccountStatus): string | null {
  if (status === "closed") return CLOSED;
  return status === "suspended" ? "It is suspended already." : null;
}
