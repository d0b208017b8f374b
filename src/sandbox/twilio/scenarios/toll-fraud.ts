import { startTollFraud } from "../attack.ts";
import type { Scenario } from "./contract.ts";

/** A stolen token, a key made with it, and calls to where calls cost most. */
export const tollFraud: Scenario = {
  name: "toll-fraud",
  title: "Calls to Latvia on Acme Voice EU, with a stolen token and a key made with it",
  target: ({ acme }) => acme.voiceEuSid,
  expects: { threat: "toll-fraud", severity: "critical" },
  remediations: ["Rotate auth token", "Delete API keys", "Disable geo regions", "Suspend subaccount"],
  cause: "fraud-stopped",
  begin(standIn, accountSid) {
    const { state } = standIn;
    const tokenBefore = state.account(accountSid).authToken;
    const attack = startTollFraud(standIn, {
      accountSid,
      countries: ["LV"],
      callsPerMinute: 150,
      pricePerMinuteUsd: 1.5,
    });
    return {
      stop: () => attack.stop(),
      doing: "Calls to Latvia",
      get beats() {
        return state
          .callsTo("LV")
          .filter((call) => call.accountSid === accountSid)
          .map((call) => call.createdAtMs);
      },
      get refused() {
        return attack.stats.refused;
      },
      problems() {
        const account = state.account(accountSid);
        return [
          ...(account.status === "suspended" ? [] : [`Twilio says that the account is ${account.status}`]),
          ...(account.authToken === tokenBefore ? ["the auth token is the one that was stolen"] : []),
          ...(state.keysOf(accountSid).length === 0 ? [] : ["there are API keys left"]),
          ...(state.dialingPermission(account, "LV").lowRisk ? ["calls to Latvia are still allowed"] : []),
          ...(state.mayMessage(account, "LV") ? ["messages to Latvia are still allowed"] : []),
        ];
      },
    };
  },
};
