import { z } from "zod";
import { CONFIRMATION, confirmationField, confirmationProblem } from "./confirmation.ts";
import type { AccountStatus, Remediation } from "./contract.ts";
import { AccountSnapshot, CLOSED, countFact, orNull, statusFact, toSnapshot } from "./facts.ts";
import { checkRotation, runRotation } from "./rotation.ts";
import { now } from "./wording.ts";

const Params = z.strictObject({});
const Snapshot = z.object({
  account: AccountSnapshot,
  apiKeys: z.number().nullable(),
  liveCalls: z.number().nullable(),
});

const PARENT =
  "Tollgate runs on the parent's token itself and cannot rotate it yet. In the Console: Account > API keys & tokens > request a secondary token, put it into TWILIO_AUTH_TOKEN and restart Tollgate, then promote it. Webhooks of the parent are signed with the new one from then on.";

/** Replaces a subaccount's auth token: https://www.twilio.com/docs/iam/api/authtoken */
export const rotateAuthToken: Remediation<z.infer<typeof Params>, z.infer<typeof Snapshot>> = {
  id: "rotate-auth-token",
  title: "Rotate auth token",
  policyId: "rotate-auth-token",
  containsIncident: false,
  isReversible: false,
  undoneBy: null,
  params: Params,
  snapshot: Snapshot,

  offer: (account) => whyNot(account.status),

  async read(account) {
    const [facts, keys, liveCalls] = await Promise.all([
      account.fetch(),
      orNull(account.listKeys()),
      orNull(account.countLiveCalls()),
    ]);
    return { account: toSnapshot(facts), apiKeys: keys?.length ?? null, liveCalls };
  },

  preview(snapshot) {
    const { account } = snapshot;
    const blocked = account.isParent ? PARENT : whyNot(account.status);
    return {
      willHappen: [
        "The present auth token of this subaccount dies at once. Whoever uses it gets 401 from Twilio.",
        "Twilio signs this subaccount's webhooks with the new token from that moment. Tollgate accepts it at once.",
        "The new token goes to the secret sink before the old one dies. It is never shown in chat.",
      ],
      willNotHappen: [
        `It does not delete API keys${now(snapshot.apiKeys)}: they keep working. Delete them next.`,
        `It does not end live calls${now(snapshot.liveCalls)}.`,
        "It does not touch other subaccounts or the parent.",
      ],
      facts: [
        statusFact(account),
        countFact("API keys", snapshot.apiKeys),
        countFact("Live calls", snapshot.liveCalls),
      ],
      warnings: [
        "Your own programs that use this token, or check webhook signatures with it, stop until they get the new one.",
      ],
      fields: blocked === null ? [confirmationField(account.sid)] : [],
      blocked,
    };
  },

  choose(snapshot, values) {
    const confirmation = confirmationProblem(snapshot.account.sid, values);
    return confirmation === null ? { ok: true, params: {} } : { ok: false, problems: { [CONFIRMATION]: confirmation } };
  },

  bind: (_params, { account }) => ({ status: account.status, isParent: account.isParent }),
  describe: () => "Rotate the auth token",
  details: () => [],
  run: runRotation,
  check: checkRotation,
};

function whyNot(status: AccountStatus): string | null {
  if (status === "closed") return CLOSED;
  if (status === "suspended") return "It is suspended, so its own credentials are dead: reactivate it first.";
  return null;
}
