import { addUsage } from "../usage.ts";
import type { Scenario } from "./contract.ts";
import { ticker } from "./ticker.ts";

const EVERY_MS = 250;
const EACH = { count: 10, units: 20, usd: 1 } as const;
const TURNS = 60;

/** No thief at all: a loop in the customer's own program. */
export const spendSpike: Scenario = {
  name: "spend-spike",
  title: "A loop in Acme's own program transcribes the same calls of Acme Support Desk over and over",
  target: ({ acme }) => acme.supportSid,
  expects: { threat: "spend-spike", severity: "critical" },
  remediations: [],
  cause: "fault-fixed",
  begin(standIn, accountSid) {
    const { state } = standIn;
    const loop = ticker(
      EVERY_MS,
      () => {
        addUsage(state.account(accountSid), "transcriptions", EACH, state.nowMs);
        return undefined;
      },
      TURNS,
    );
    return { ...loop, doing: "Transcriptions", problems: () => [] };
  },
};
