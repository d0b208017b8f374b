import { hasPumpingRisk } from "../detection/number.ts";
import { isFault } from "../lib/fault.ts";
import { masked } from "../lib/masked.ts";
import type { CardFact, Element } from "../notice/card.ts";
import { invalidWords, lineWords, riskWords, untoldWords } from "../notice/number-words.ts";
import { counted, countryName } from "../notice/words.ts";
import { commandHelp, written } from "./command-help.ts";
import type { Command, CommandAnswer, CommandContext, LookedUp } from "./contract.ts";
import { incidentEntries } from "./entries.ts";
import { parseNumber } from "./parse-number.ts";
import { problem, twilioProblem } from "./problem.ts";

const about = {
  name: "lookup",
  summary: "What kind of phone number it is, how risky, and whether an incident had it",
  usageHint: "<number with + and country code>",
  forms: [
    {
      form: "+371 2912 3456",
      meaning:
        "valid? country, line type, carrier, SMS pumping risk. Twilio charges for line (asked once a day) and risk (each time)",
    },
    { form: "help", meaning: "this list" },
  ],
} as const;

/** Each costs a few cents, and whoever holds a person's account in a chat could go on and on. */
export const MOST_PAID_IN_AN_HOUR = 30;

/** Whole numbers are for a responder alone: everybody else reads the first digits. */
export const lookup: Command = { ...about, run };

async function run(line: string, context: CommandContext): Promise<CommandAnswer> {
  const asked = parseNumber(line);
  const shown = (number: string) => (context.showsNumbers ? number : masked(number));
  switch (asked.kind) {
    case "help":
      return commandHelp(about, context.platform);
    case "wrong": {
      const meant = asked.meant === null ? "" : ` Did you mean ${written(context.platform, "lookup", asked.meant)}?`;
      return commandHelp(about, context.platform, shown(`${asked.problem}${meant}`));
    }
    case "number":
      try {
        const found = await context.lookUp(asked.number);
        return "refused" in found
          ? problem("The number was not looked up", found.refused)
          : await answer(found, asked.number, shown, context);
      } catch (error) {
        if (!isFault(error)) throw error;
        return twilioProblem("The number could not be looked up", error);
      }
  }
}

async function answer(
  found: LookedUp,
  asked: string,
  shown: (number: string) => string,
  context: CommandContext,
): Promise<CommandAnswer> {
  const number = found.number ?? asked;
  const incidents = await context.desk.incidentsWith(number);
  const seen: readonly Element[] =
    incidents.length === 0
      ? [{ kind: "text", text: ["No incident here had traffic to this number."] }]
      : [
          { kind: "text", text: [{ bold: `Seen before in ${counted(incidents.length, "incident")}` }] },
          ...incidentEntries(incidents, context),
        ];
  return {
    heading: `Number look-up · ${shown(number)}`,
    elements: [{ kind: "facts", facts: numberFacts(found) }, ...seen],
    tone: incidents.length === 0 ? "calm" : "attention",
    note: found.isOverLimit
      ? `Line type and pumping risk were not asked for: Tollgate pays for ${MOST_PAID_IN_AN_HOUR} look-ups an hour, and that many were made. Ask again later.`
      : found.isValid
        ? "Twilio charges for line type and pumping risk. Look up few: each look-up counts as traffic and moves your own risk scores."
        : "Nothing was charged: only valid numbers are asked about further.",
  };
}

function numberFacts(found: LookedUp): readonly CardFact[] {
  const { isValid, country, problems } = found;
  const where: readonly CardFact[] = country === null ? [] : [{ label: "Country", value: [countryName(country)] }];
  if (!isValid) return [{ label: "Valid", value: [{ bold: "No" }, `: ${invalidWords(problems)}`] }, ...where];
  return [{ label: "Valid", value: ["Yes"] }, ...where, ...lineFacts(found), ...riskFacts(found)];
}

function lineFacts({ line, lineAtMs }: LookedUp): readonly CardFact[] {
  if (line === null) return [];
  if (!line.isTold) return [{ label: "Line", value: [untoldWords(line)] }];
  return [
    { label: "Line", value: lineAtMs === null ? [lineWords(line)] : [lineWords(line), ". As of ", { atMs: lineAtMs }] },
  ];
}

function riskFacts({ risk, country, isOverLimit }: LookedUp): readonly CardFact[] {
  const label = "SMS pumping risk";
  if (risk === null) {
    const why = isOverLimit
      ? "not asked for"
      : hasPumpingRisk(country)
        ? "not known"
        : "not asked for: Twilio does not mean it for this country";
    return [{ label, value: [why] }];
  }
  if (!risk.isTold) return [{ label, value: [untoldWords(risk)] }];
  return [
    { label, value: [{ bold: riskWords(risk) }] },
    ...(risk.carrierRisk === null ? [] : [{ label: "Risk of its carrier", value: [risk.carrierRisk] }]),
    ...(risk.wasBlocked === null
      ? []
      : [
          {
            label: "Blocked by Twilio",
            value: [risk.wasBlocked ? "yes, in the last three months" : "not in the last three months"],
          },
        ]),
  ];
}
