import { ATTACKER_IP, createPlayer } from "../../evaluate/player.ts";
import { newSid, newToken } from "../sids.ts";
import type { Scenario } from "./contract.ts";
import { ticker } from "./ticker.ts";

const EVERY_MS = 1_100;
/** Keys from a list, before the one that fits. */
const GUESSES = 7;

/** One of Acme Booking's keys is on a list that is for sale. Its list of allowed addresses stops who bought it. */
export const keyTheft: Scenario = {
  name: "key-theft",
  title: "Somebody tries a list of stolen keys on Acme Booking; one fits, and only its list of addresses stops them",
  target: ({ bookingSid }) => bookingSid,
  expects: { threat: "account-takeover", severity: "critical" },
  remediations: ["Delete API keys"],
  cause: "fraud-stopped",
  begin(standIn, accountSid) {
    const { state } = standIn;
    const player = createPlayer(standIn, accountSid);
    const stolen = player.oldKey();
    const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
    const tries = ticker(EVERY_MS, (turn) => {
      if (turn < GUESSES)
        return player.api("GET", "api.twilio.com", path, {}, { username: newSid("SK"), password: newToken() });
      // A key that is deleted is refused as such; one that lives is stopped by its address.
      if (!state.keys.has(stolen.username)) return player.api("GET", "api.twilio.com", path, {}, stolen);
      standIn.blockAddress(accountSid, ATTACKER_IP, stolen.username);
      return { status: 403, body: { code: 20403 } };
    });
    return {
      ...tries,
      doing: "Requests of the thief",
      problems: () => (state.keys.has(stolen.username) ? ["the stolen key still works"] : []),
    };
  },
};
