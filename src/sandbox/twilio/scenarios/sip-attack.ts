import { createPlayer } from "../../evaluate/player.ts";
import type { Scenario } from "./contract.ts";
import { ticker } from "./ticker.ts";

const EVERY_MS = 120;
const TRIES = 90;
/** Wrong password; now and then from an address that is on no list. */
const codeOf = (turn: number): string => (turn % 7 === 0 ? "32201" : "32202");

/** A machine tries passwords at the SIP domains. */
export const sipAttack: Scenario = {
  name: "sip-attack",
  title: "A machine tries passwords at the SIP domains of Acme Support Desk",
  target: ({ acme }) => acme.supportSid,
  expects: { threat: "sip-attack", severity: "critical" },
  remediations: [],
  cause: "fault-fixed",
  begin(standIn, accountSid) {
    const player = createPlayer(standIn, accountSid);
    const tries = ticker(
      EVERY_MS,
      (turn) => {
        player.error(codeOf(turn));
        return undefined;
      },
      TRIES,
    );
    return { ...tries, doing: "Refused SIP calls", problems: () => [] };
  },
};
