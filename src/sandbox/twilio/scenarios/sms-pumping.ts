import { luckOf } from "../../evaluate/luck.ts";
import { numberIn } from "../../evaluate/numbers.ts";
import { createPlayer } from "../../evaluate/player.ts";
import type { Scenario } from "./contract.ts";
import { ticker } from "./ticker.ts";

const CODES_EACH_TIME = 3;
const EVERY_MS = 500;
const CODE_USD = 0.19;
/** From here on Fraud Guard blocks the prefix, and one code of these gets through. */
const BLOCKED_AFTER = 60;
const GETS_THROUGH = 4;

/** A form on a website asks for one-time codes to neighbouring numbers that nobody reads. */
export const smsPumping: Scenario = {
  name: "sms-pumping",
  title: "One-time codes to neighbouring numbers in Lithuania on Acme Verify, which nobody types in",
  target: ({ acme }) => acme.verifySid,
  expects: { threat: "verify-pumping", severity: "critical" },
  remediations: ["Suspend subaccount"],
  cause: "fraud-stopped",
  begin(standIn, accountSid) {
    const player = createPlayer(standIn, accountSid);
    const luck = luckOf(1, "sms-pumping");
    let asked = 0;
    const codes = ticker(EVERY_MS, () => {
      // Who is suspended gets no code sent, whoever asks for it.
      if (player.account.status !== "active") return { status: 401, body: { code: 20005 } };
      for (let index = 0; index < CODES_EACH_TIME; index += 1) {
        asked += 1;
        if (asked > BLOCKED_AFTER && asked % GETS_THROUGH !== 0) player.error("60410");
        else player.oneTimeCode({ to: numberIn("LT", luck, asked), country: "LT", usd: CODE_USD, hasConverted: false });
      }
      return undefined;
    });
    return {
      ...codes,
      doing: "Codes asked for",
      problems: () =>
        player.account.status === "suspended" ? [] : [`Twilio says that the account is ${player.account.status}`],
    };
  },
};
