import type { IncidentSummary } from "../notice/views.ts";
import { counted } from "../notice/words.ts";
import { askedAccount } from "./asked-account.ts";
import { commandHelp } from "./command-help.ts";
import type { Command, CommandAnswer, CommandContext, KnownAccount } from "./contract.ts";
import { incidentEntries } from "./entries.ts";
import { incidentNumber } from "./incident-number.ts";
import { shownIncident } from "./incidents.ts";
import { joined, splitWords } from "./words.ts";

const about = {
  name: "contain",
  summary: "What can be done to stop the fraud on an account",
  usageHint: "[account name, SID or incident number]",
  forms: [
    { form: "Acme Voice EU", meaning: "an account, by its name, a part of it, or its SID" },
    { form: "7", meaning: "the account of incident 7" },
    { form: "help", meaning: "this list; without any word: the accounts in trouble" },
  ],
} as const;

/** Shows what can be requested. Nothing is done before somebody presses a button, fills in its dialog, and somebody else approves. */
export const contain: Command = { ...about, run };

async function run(line: string, context: CommandContext): Promise<CommandAnswer> {
  const words = splitWords(line);
  const wanted = joined(words);
  if (wanted === "") return accountsInTrouble(context);
  if (wanted.toLowerCase() === "help") return commandHelp(about, context.platform);
  const number = incidentNumber(words);
  if (number !== undefined) return shownIncident(number, context);
  const asked = await askedAccount(wanted, about, context);
  return asked.found ? ofAccount(asked.account, context) : asked.answer;
}

async function ofAccount(account: KnownAccount, context: CommandContext): Promise<CommandAnswer> {
  const open = await context.desk.incidentsOf(account.sid);
  const [only] = open;
  if (only === undefined) return noIncident(account);
  if (open.length === 1) return shownIncident(only.id, context);
  return choice(`${counted(open.length, "open incident")} · ${account.friendlyName}`, open, context);
}

function noIncident({ sid, friendlyName }: KnownAccount): CommandAnswer {
  return {
    heading: `No open incident · ${friendlyName}`,
    elements: [
      {
        kind: "text",
        text: [
          "Remediations belong to an incident, so that everybody sees what is done and why. If you see something that Twilio did not report, open one.",
        ],
      },
    ],
    buttons: [
      {
        label: "Open an incident",
        press: { action: "open-incident", accountSid: sid },
        style: "primary",
        confirm: null,
      },
    ],
    note: friendlyName === sid ? null : sid,
  };
}

async function accountsInTrouble(context: CommandContext): Promise<CommandAnswer> {
  const open = await context.desk.incidents("open");
  if (open.length > 0) return choice("Accounts with open incidents", open, context);
  return {
    ...commandHelp(about, context.platform, "No account has an open incident now. Name the account that you mean."),
    heading: "Nothing to contain",
  };
}

function choice(heading: string, open: readonly IncidentSummary[], context: CommandContext): CommandAnswer {
  return { heading, elements: incidentEntries(open, context), note: "Choose one to see what can be done about it." };
}
