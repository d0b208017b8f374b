import { createPlayer } from "../../evaluate/player.ts";
import type { Scenario } from "./contract.ts";
import { ticker } from "./ticker.ts";

const EVERY_MS = 1_000;

/** Somebody on the shop's server replaces its token, makes a key, takes the tripwire away and opens a country. */
export const takeover: Scenario = {
  name: "takeover",
  title: "Somebody replaces the auth token of Acme Retail, makes a key and takes its tripwires away",
  target: ({ retailSid }) => retailSid,
  expects: { threat: "account-takeover", severity: "critical" },
  remediations: ["Rotate auth token", "Delete API keys"],
  cause: "fraud-stopped",
  begin(standIn, accountSid) {
    const { state } = standIn;
    const player = createPlayer(standIn, accountSid);
    const accounts = "accounts.twilio.com";
    let stolen = player.token();
    /** The shop's own program knows nothing of all this, and goes on with the token that it has. */
    const shop = player.token();
    const steps: readonly (() => void)[] = [
      // A warning as on any day: Tollgate has heard of this account before.
      () => player.error("11200", "warning"),
      () => {
        player.api("POST", accounts, "/v1/AuthTokens/Secondary", {}, stolen);
        player.api("POST", accounts, "/v1/AuthTokens/Promote", {}, stolen);
        stolen = player.token();
      },
      () => void player.makeKey(stolen),
      () => player.deleteTriggers(),
    ];
    const path = `/2010-04-01/Accounts/${accountSid}.json`;
    const deeds = ticker(EVERY_MS, (turn) => {
      const step = steps[turn - 2];
      if (step !== undefined) step();
      if (turn < steps.length + 2) return undefined;
      // Every request of the shop is refused from now on, and those of whoever has the new token as soon as people did theirs.
      player.api("GET", "api.twilio.com", path, {}, shop);
      return player.api("GET", "api.twilio.com", path, {}, stolen);
    });
    return {
      ...deeds,
      doing: "Requests of the intruder",
      problems: () => [
        ...(state.account(accountSid).authToken === stolen.password ? ["the auth token is the intruder's"] : []),
        ...(state.keysOf(accountSid).length === 0 ? [] : ["there are API keys left"]),
      ],
    };
  },
};
