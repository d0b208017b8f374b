import { masked } from "../lib/masked.ts";
import { nearest } from "../lib/nearest.ts";
import type { Element } from "../notice/card.ts";
import { approvalSubject } from "../notice/subjects.ts";
import { accountName, type IncidentSummary } from "../notice/views.ts";
import { counted, type Rate, rateWords } from "../notice/words.ts";
import { knownAccounts } from "./asked-account.ts";
import { commandHelp, written } from "./command-help.ts";
import type { Command, CommandAnswer, CommandContext, Waiting } from "./contract.ts";
import { incidentEntries } from "./entries.ts";
import { incidentNumber } from "./incident-number.ts";
import { problem } from "./problem.ts";
import { parseReport } from "./report-words.ts";
import { joined, quoted, splitWords, type Word } from "./words.ts";

const about = {
  name: "incidents",
  summary: "What is going on, most money an hour first",
  usageHint: "[open | all | number | new account what happened]",
  forms: [
    { form: "open", meaning: "all that is not resolved, most money an hour first; also without any word" },
    { form: "all", meaning: "the newest thirty, resolved ones too" },
    { form: "7", meaning: "the card of incident 7, with what can be done about it" },
    {
      form: "new Acme Voice EU Twilio wrote of calls to Latvia",
      meaning:
        "opens an incident for what reached you by other ways; new critical … calls every responder. The account by its whole name or SID",
    },
    { form: "help", meaning: "this list" },
  ],
} as const;

export const incidents: Command = { ...about, run };

async function run(line: string, context: CommandContext): Promise<CommandAnswer> {
  const words = splitWords(line);
  const number = incidentNumber(words);
  if (number !== undefined) return shownIncident(number, context);
  const [first, ...rest] = words;
  if (first?.text.toLowerCase() === "new" && !first.isQuoted) return newIncident(rest, context);
  const asked = joined(words).toLowerCase();
  switch (asked) {
    case "":
    case "open":
      return openIncidents(context);
    case "all":
      return allIncidents(await context.desk.incidents("all"), context);
    case "help":
      return commandHelp(about, context.platform);
    default: {
      const meant = nearest(asked, ["open", "all", "help"]) ?? meantNew(first?.text ?? "", rest, context);
      const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
      return commandHelp(about, context.platform, `${quoted(masked(joined(words)))} is no list of incidents.${hint}`);
    }
  }
}

function meantNew(first: string, rest: readonly Word[], { platform }: CommandContext): string | undefined {
  if (rest.length === 0 || nearest(first, ["new"]) === undefined) return undefined;
  return written(platform, about.name, masked(`new ${joined(rest)}`));
}

async function newIncident(words: readonly Word[], context: CommandContext): Promise<CommandAnswer> {
  const { accounts } = await knownAccounts(context);
  const asked = parseReport(words, accounts);
  if (asked.kind === "wrong") {
    const meant =
      asked.meant === null ? "" : ` Did you mean ${written(context.platform, about.name, masked(asked.meant))}?`;
    return commandHelp(about, context.platform, `${masked(asked.problem)}${meant}`);
  }
  const { account, severity, summary } = asked;
  const { text, incidentId } = await context.report({ accountSid: account.sid, severity, summary });
  return {
    heading: `Report an incident · ${account.friendlyName}`,
    elements: [{ kind: "text", text: [text] }],
    buttons:
      incidentId === null
        ? []
        : [
            {
              label: `Show incident ${incidentId}`,
              press: { action: "show", incidentId },
              style: "plain",
              confirm: null,
            },
          ],
    note: null,
    isPrivate: true,
  };
}

/** The whole card, with what can be done about it; of one that is resolved as well. */
export async function shownIncident(id: string, { desk }: Pick<CommandContext, "desk">): Promise<CommandAnswer> {
  const card = await desk.incident(id);
  if (card !== null) {
    const { heading, elements, buttons, overflow, tone, note } = card;
    return { heading, elements, buttons, overflow, tone, note };
  }
  const [newest] = await desk.incidents("all");
  const known = newest === undefined ? "There has been none yet." : `The newest one is incident ${newest.id}.`;
  return problem("No such incident", `Tollgate has no incident ${id}. ${known}`);
}

async function openIncidents(context: CommandContext): Promise<CommandAnswer> {
  const [open, waiting] = await Promise.all([context.desk.incidents("open"), context.desk.waiting()]);
  if (open.length === 0) {
    return {
      heading: "No open incidents",
      elements: [{ kind: "text", text: ["Everything is resolved."] }],
      note: null,
    };
  }
  const rates = open.flatMap(({ rate }) => (rate === null ? [] : [rate]));
  const sum: Rate = {
    usd: rates.reduce((total, { usd }) => total + usd, 0),
    isAtLeast: rates.some(({ isAtLeast }) => isAtLeast),
  };
  const together: readonly Element[] =
    rates.length < 2 ? [] : [{ kind: "text", text: [`Together they cost ${rateWords(sum)} now.`] }];
  return {
    heading: counted(open.length, "open incident"),
    elements: [...together, ...incidentEntries(open, context), ...waiting.slice(0, MOST_WAITING).map(request)],
    note: "Usage data lags; money is as of the last reading.",
  };
}

/** More of them are on the cards of their incidents. */
const MOST_WAITING = 5;

/** Nothing goes on before somebody decides on it. */
function request({ approvalId, description, account }: Waiting): Element {
  const label = `Waits for approval: ${description} on ${accountName(account)}`;
  return { kind: "link", label, subject: approvalSubject(approvalId) };
}

function allIncidents(all: readonly IncidentSummary[], context: CommandContext): CommandAnswer {
  if (all.length === 0) {
    return { heading: "No incidents yet", elements: [{ kind: "text", text: ["There has been none."] }], note: null };
  }
  return {
    heading: all.length === 1 ? "The only incident so far" : `The newest ${all.length} incidents`,
    elements: incidentEntries(all, context),
    note: null,
  };
}
