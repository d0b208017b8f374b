import { z } from "zod";
import type { AccountStatus, Remediation } from "./contract.ts";
import { AccountSnapshot, CLOSED, countFact, orNull, spendFact, statusFact, toSnapshot } from "./facts.ts";
import { checkStatusChange, runStatusChange } from "./status-change.ts";
import { now } from "./wording.ts";

const Params = z.strictObject({});
const Snapshot = z.object({
  account: AccountSnapshot,
  phoneNumbers: z.number().nullable(),
  apiKeys: z.number().nullable(),
  spendTodayUsd: z.number().nullable(),
});

/** Undoes a suspension. Twilio's own suspensions can be lifted by its support alone. */
export const reactivateSubaccount: Remediation<z.infer<typeof Params>, z.infer<typeof Snapshot>> = {
  id: "reactivate-subaccount",
  title: "Reactivate subaccount",
  policyId: "suspend-subaccount",
  containsIncident: false,
  isReversible: true,
  // Suspending it again is a request of its own, not the undo of an undo.
  undoneBy: null,
  params: Params,
  snapshot: Snapshot,

  offer: (account) => whyNot(account.status),

  async read(account) {
    const [facts, phoneNumbers, keys, spendTodayUsd] = await Promise.all([
      account.fetch(),
      orNull(account.countPhoneNumbers()),
      orNull(account.listKeys()),
      orNull(account.spendTodayUsd()),
    ]);
    return { account: toSnapshot(facts), phoneNumbers, apiKeys: keys?.length ?? null, spendTodayUsd };
  },

  preview(snapshot) {
    const { account } = snapshot;
    return {
      willHappen: [
        "Calls and messages of this subaccount work again, in and out.",
        "Its auth token and API keys work again, in whoever's hands they are.",
        "It can be suspended again at any time.",
      ],
      willNotHappen: [
        `It does not delete API keys${now(snapshot.apiKeys)} or rotate the auth token: do both right after it, if they may be stolen.`,
        "It does not bring back calls and messages that were refused meanwhile.",
      ],
      facts: [
        statusFact(account),
        spendFact(snapshot.spendTodayUsd),
        countFact("Phone numbers", snapshot.phoneNumbers),
        countFact("API keys", snapshot.apiKeys),
      ],
      warnings: ["When Twilio itself suspended the account, only Twilio's support can reactivate it."],
      fields: [],
      blocked: account.isParent ? "Only Twilio's support can reactivate the parent account." : whyNot(account.status),
    };
  },

  choose: () => ({ ok: true, params: {} }),
  bind: (_params, { account }) => ({ status: account.status, isParent: account.isParent }),
  describe: () => "Reactivate the subaccount",
  details: () => [],
  run: (context) => runStatusChange(context, "active"),
  check: (context) => checkStatusChange(context, "active"),
};

function whyNot(status: AccountStatus): string | null {
  if (status === "closed") return CLOSED;
  return status === "active" ? "It is active already." : null;
}
