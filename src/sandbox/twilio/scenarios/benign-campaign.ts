import { luckOf } from "../../evaluate/luck.ts";
import { numberIn } from "../../evaluate/numbers.ts";
import { createPlayer } from "../../evaluate/player.ts";
import type { Scenario } from "./contract.ts";
import { ticker } from "./ticker.ts";

const EVERY_MS = 250;
const EACH_TIME = 3;
const TURNS = 90;
const MESSAGE_USD = 0.0079;
/** Real lists hold some numbers that are out of use. */
const LOST_OF = 40;

/** Acme writes to its own customers, more than on other days: nobody is to be woken up. */
export const benignCampaign: Scenario = {
  name: "benign-campaign",
  title: "Acme Notifications writes to its customers in the United States: a campaign, and nobody is to be woken up",
  target: ({ acme }) => acme.notificationsSid,
  expects: null,
  remediations: [],
  cause: "expected-traffic",
  begin(standIn, accountSid) {
    const player = createPlayer(standIn, accountSid);
    const luck = luckOf(2, "campaign");
    const sending = ticker(
      EVERY_MS,
      (turn) => {
        for (let index = 0; index < EACH_TIME; index += 1) {
          const isLost = (turn * EACH_TIME + index) % LOST_OF === 0;
          const order = { to: numberIn("US", luck), country: "US", usd: MESSAGE_USD };
          player.message(isLost ? { ...order, code: 30005 } : order);
        }
        return undefined;
      },
      TURNS,
    );
    return { ...sending, doing: "Messages sent", problems: () => [] };
  },
};
