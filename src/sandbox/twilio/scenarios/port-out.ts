import type { Scenario } from "./contract.ts";
import { ticker } from "./ticker.ts";

/** A number leaves for another carrier, and nobody here asked for it. */
export const portOut: Scenario = {
  name: "port-out",
  title: "A phone number of Acme Support Desk goes to another carrier, and nobody asked for it",
  target: ({ acme }) => acme.supportSid,
  expects: { threat: "ported-out", severity: "critical" },
  remediations: [],
  cause: "other",
  begin(standIn, accountSid) {
    const [number] = standIn.state.numbersOf(accountSid);
    if (number === undefined) throw new Error(`account ${accountSid} has no number to lose`);
    const leaving = ticker(
      1_000,
      () => {
        standIn.portOut(number.phoneNumber);
        return undefined;
      },
      1,
    );
    return { ...leaving, doing: "Numbers that left", problems: () => [] };
  },
};
