import { threatTitle } from "../detection/threats.ts";
import type { Element, Rich } from "../notice/card.ts";
import { accountName, actorName, type IncidentSummary } from "../notice/views.ts";
import { counted, roundMoney } from "../notice/words.ts";
import type { CommandContext } from "./contract.ts";

/** More than these nobody reads, and Slack takes fifty blocks. */
const MOST_SHOWN = 30;

/** A line and a button each; what does not fit is counted. */
export function incidentEntries(
  incidents: readonly IncidentSummary[],
  context: Pick<CommandContext, "desk" | "nowMs">,
): readonly Element[] {
  const shown = incidents.slice(0, MOST_SHOWN).map(
    (incident): Element => ({
      kind: "entry",
      text: line(incident, context),
      button: {
        label: `Show incident ${incident.id}`,
        press: { action: "show", incidentId: incident.id },
        style: "plain",
        confirm: null,
      },
    }),
  );
  const more = incidents.length - shown.length;
  return more === 0 ? shown : [...shown, { kind: "text", text: [`And ${counted(more, "more incident")}.`] }];
}

/** `7 · critical · open: Toll fraud suspected: outbound calls, Acme Voice EU. 212 USD an hour, 1,204 USD today. Ann Ito has it. Since 03:01.` */
function line(incident: IncidentSummary, { desk, nowMs }: Pick<CommandContext, "desk" | "nowMs">): Rich {
  const { id, severity, status, threat, account, openedAtMs, snoozedUntilMs } = incident;
  const isSnoozed = snoozedUntilMs !== null && snoozedUntilMs > nowMs && status !== "resolved";
  return [
    { bold: `${id} · ${severity} · ${status}` },
    `: ${threatTitle(threat)}, ${accountName(account)}. ${moneyWords(incident)}${whoHasIt(incident, desk.people())}Since `,
    { atMs: openedAtMs },
    ".",
    ...(isSnoozed ? [" Snoozed until ", { atMs: snoozedUntilMs }, "."] : []),
  ];
}

function moneyWords({ status, burnPerHourUsd, spendTodayUsd }: IncidentSummary): string {
  // What is over burns nothing, whatever the last reading said.
  const burn = status === "resolved" || burnPerHourUsd === null ? [] : [`${roundMoney(burnPerHourUsd)} an hour`];
  const spend =
    spendTodayUsd === null ? [] : [`${roundMoney(spendTodayUsd)} ${status === "resolved" ? "that day" : "today"}`];
  const words = [...burn, ...spend].join(", ");
  return words === "" ? "" : `${words}. `;
}

function whoHasIt(
  { status, assignee, acknowledgedBy }: IncidentSummary,
  people: ReturnType<CommandContext["desk"]["people"]>,
): string {
  if (status === "resolved") return "";
  if (assignee !== null) return `${people.find(({ id }) => id === assignee)?.name ?? assignee} has it. `;
  return acknowledgedBy === null ? "Nobody has it. " : `Acknowledged by ${actorName(acknowledgedBy)}. `;
}
